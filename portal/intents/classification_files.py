"""Reading the rule files in ``vocabularies``, one for each scheme. A damaged file becomes a list of problems."""

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..plain_yaml import BadYaml, parse
from .classification_rules import Rule, Vocabulary

VOCABULARIES = Path(__file__).parent / "vocabularies"
MAX_SCHEME = 60
MAX_VALUE = 200
_FILE_KEYS = frozenset({"scheme", "source", "at_most", "values"})
_VALUE_KEYS = frozenset({"value", "profiles", "intents", "only", "organisation", "none"})


@dataclass(frozen=True, order=True)
class VocabularyProblem:
    """What is wrong, and where: the file, the value (empty for the file itself), the field, the reason."""

    file: str
    value: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.value or '-'}: {self.field or '-'}: {self.reason}"


class BadVocabulary(Exception):
    """Rule files with problems; the message has a line for each."""

    def __init__(self, problems: Collection[VocabularyProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))


@functools.cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """The rules that ship, by scheme, read once in a process. Raises BadVocabulary."""
    found, problems = read_vocabularies()
    if problems:
        raise BadVocabulary(problems)
    return found


def read_vocabularies(folder: Path = VOCABULARIES) -> tuple[dict[str, Vocabulary], list[VocabularyProblem]]:
    """The sound rules of all files of a folder by scheme, and what is wrong with the others."""
    found: dict[str, Vocabulary] = {}
    problems: list[VocabularyProblem] = []
    for path in sorted(folder.glob("*.yaml")):
        vocabulary = _read_file(path, problems)
        if vocabulary is None:
            continue
        if vocabulary.scheme in found:
            problems.append(VocabularyProblem(path.name, "", "scheme", f"{vocabulary.scheme} has a file already"))
        else:
            found[vocabulary.scheme] = vocabulary
    return found, sorted(problems)


def reference_problems(
    found: Mapping[str, Vocabulary], *, profiles: Collection[str], intents: Collection[str]
) -> list[VocabularyProblem]:
    """A problem for each profile and intent that rules name and that is not among the known slugs."""
    return [
        VocabularyProblem(file_name(vocabulary.scheme), value, field, f"there is no {field[:-1]} {slug}")
        for vocabulary in found.values()
        for value, rule in vocabulary.rules.items()
        for field, slugs, known in (("profiles", rule.profiles, profiles), ("intents", rule.intents, intents))
        for slug in slugs
        if slug not in known
    ]


def file_name(scheme: str) -> str:
    """The name of the file that has the rules of a scheme."""
    return f"{scheme.replace(':', '.')}.yaml"


def _read_file(path: Path, problems: list[VocabularyProblem]) -> Vocabulary | None:
    """The rules of a file; None where it cannot be told what they are of. Rules with a problem give nothing."""

    def report(field: str, reason: str, value: str = "") -> None:
        problems.append(VocabularyProblem(path.name, value, field, reason))

    try:
        record = parse(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, BadYaml) as error:
        report("", " ".join(str(error).split())[:300])
        return None
    if not isinstance(record, dict) or not isinstance(record.get("values"), list):
        report("", "the file must hold a scheme and a list of values")
        return None
    for field, reason in _breaches_of_head(record, path.name):
        report(field, reason)
    if not isinstance(record.get("scheme"), str):
        return None
    rules: dict[str, Rule] = {}
    for number, entry in enumerate(record["values"], 1):
        value = entry.get("value") if isinstance(entry, dict) else None
        if not isinstance(value, str) or not 0 < len(value) <= MAX_VALUE or value != value.strip():
            report("value", f"entry {number} must have a value: a text of at most {MAX_VALUE} characters")
        elif value in rules:
            report("value", "stands twice", value)
        else:
            breaches = list(_breaches(entry))
            for field, reason in breaches:
                report(field, reason, value)
            rules[value] = Rule() if breaches else _rule(entry)
    at_most = record.get("at_most")
    return Vocabulary(record["scheme"], rules, at_most if isinstance(at_most, int) else None)


def _breaches_of_head(record: dict[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """(field, reason) of what is wrong with a file besides its values."""
    yield from _unknown(record, _FILE_KEYS)
    scheme, at_most = record.get("scheme"), record.get("at_most", 1)
    if not isinstance(scheme, str) or not 0 < len(scheme) <= MAX_SCHEME:
        yield "scheme", f"must be a text of at most {MAX_SCHEME} characters"
    elif name != file_name(scheme):
        yield "scheme", f"the file must be named {file_name(scheme)}"
    if not isinstance(record.get("source"), str):
        yield "source", "must say where the words come from"
    if not isinstance(at_most, int) or isinstance(at_most, bool) or at_most < 1:
        yield "at_most", "must be a number from 1"


def _breaches(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, reason) of what is wrong with one entry besides its value."""
    yield from _unknown(entry, _VALUE_KEYS)
    for field in ("profiles", "intents"):
        if field in entry and (reason := _breach_of_slugs(entry[field])):
            yield field, reason
    for field in ("only", "organisation"):
        if field in entry and entry[field] is not True:
            yield field, "must be true, or left out"
    if "none" in entry and not (isinstance(entry["none"], str) and entry["none"].strip()):
        yield "none", "must say why nothing fits"
    if "only" in entry and not entry.get("profiles"):
        yield "only", "needs profiles"
    if sum(("profiles" in entry or "intents" in entry, "organisation" in entry, "none" in entry)) != 1:
        yield "", "needs profiles or intents, or else organisation, or else none with a reason"


def _breach_of_slugs(slugs: Any) -> str | None:
    if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
        return "must be a list of slugs"
    if not slugs:
        return "is empty: leave it out"
    return "names a slug twice" if len(set(slugs)) < len(slugs) else None


def _unknown(record: dict[str, Any], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    for key in sorted(set(map(str, record)) - known):
        yield key, f"is none of {', '.join(sorted(known))}"


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        profiles=tuple(entry.get("profiles", ())),
        intents=tuple(entry.get("intents", ())),
        only=entry.get("only", False),
        organisation=entry.get("organisation", False),
        none=entry.get("none"),
    )

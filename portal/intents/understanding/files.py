"""Reading ``content/understanding``: what words are lists, short forms and numbers, and which cues say what.

A damaged rule is left out and reported; the others hold.
"""

import functools
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...plain_yaml import BadYaml, parse
from .cues import BadCue, Cue, CueIndex, Words, cue_from
from .phrases import PhraseIndex
from .readings import read_text
from .rules import LIKELY, SURE, TOPIC, Kind, Knowledge, LanguageRules, Rule
from .signs import Lists, Signs, signs_from
from .weights import SHIPPED_DANGER, Weights, read_weights

FOLDER = Path(__file__).parents[2] / "content" / "understanding"
WORDS = "words.yaml"
DANGER = FOLDER / "danger"
SIGNS = "danger/signs.yaml"
LANGUAGES = ("en", "es")
log = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class CueProblem:
    """What is wrong, and where: the file, the rule (counted from 1; 0 for the file itself), the field, the reason."""

    file: str
    rule: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {f'rule {self.rule}' if self.rule else '-'}: {self.field or '-'}: {self.reason}"


@dataclass(frozen=True)
class NamedRule:
    """A rule, and where it stands."""

    rule: Rule
    file: str
    number: int


@dataclass(frozen=True)
class Cues:
    """All sound rules of a folder, and what is wrong with the others."""

    rules: tuple[NamedRule, ...]
    languages: Mapping[str, LanguageRules]
    sensitive: Mapping[Kind, frozenset[str]]
    problems: tuple[CueProblem, ...]

    def with_phrases(
        self, phrases: PhraseIndex, sensitive: Mapping[Kind, Collection[str]], weights: Weights | None = None
    ) -> Knowledge:
        """All that is known: also the phrases of intents and profiles, and what their records call sensitive."""
        kinds: tuple[Kind, ...] = ("intent", "profile", "fact")
        united = {kind: self.sensitive.get(kind, frozenset()) | frozenset(sensitive.get(kind, ())) for kind in kinds}
        return Knowledge(tuple(one.rule for one in self.rules), self.languages, united, phrases, weights or Weights({}))


@functools.cache
def shipped_cues() -> Cues:
    """The rules that ship with the portal, read once in a process. What is wrong with them is logged."""
    cues = read_cues()
    for problem in cues.problems:
        log.error("Left out of understanding: %s", problem)
    return cues


def read_signs() -> Lists:
    """The words of the signs of danger that ship with the portal."""
    return dict(parse((FOLDER / SIGNS).read_text(encoding="utf-8"))["signs"])


@functools.cache
def shipped_signs() -> Signs:
    """The signs that ship with the portal, and what they weigh, read once in a process."""
    words = {lang: rules.words for lang, rules in shipped_cues().languages.items()}
    return signs_from(read_signs(), words, read_weights(SHIPPED_DANGER))


def read_cues(folder: Path = FOLDER) -> Cues:
    """The rules of a folder."""
    problems: list[CueProblem] = []
    words_record = _record(folder / WORDS, problems) or {}
    languages = {lang: _words_of(words_record, lang) for lang in LANGUAGES}
    rules: list[NamedRule] = []
    cues: dict[str, list[tuple[int, Cue]]] = {lang: [] for lang in LANGUAGES}
    # Of both languages together: "veteran*" is a cue of either.
    not_cues: dict[int, tuple[Cue, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == WORDS:
            continue
        record = _record(path, problems) or {}
        for number, entry in enumerate(record.get("rules") or (), 1):
            where = (path.name, number)
            try:
                rule = _rule(entry)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                problems.append(CueProblem(*where, "", f"cannot be read: {error}"))
                continue
            rules.append(NamedRule(rule, *where))
            for lang in LANGUAGES:
                at = len(rules) - 1
                cues[lang] += [(at, cue) for cue in _cues(entry.get(lang), languages[lang], lang, where, problems)]
                refused = _cues((entry.get("not") or {}).get(lang), languages[lang], f"not.{lang}", where, problems)
                not_cues[at] = (*not_cues.get(at, ()), *refused)
    return Cues(
        tuple(rules),
        {
            lang: LanguageRules(
                languages[lang],
                CueIndex(cues[lang]),
                not_cues,
                **{name: _flat(words_record, name) for name in _SETS},
            )
            for lang in LANGUAGES
        },
        {kind: frozenset((words_record.get("sensitive") or {}).get(f"{kind}s") or ()) for kind in _KINDS},
        tuple(sorted(problems)),
    )


_SETS = ("relatives", "others", "first_person", "stops", "for_words")
_KINDS: tuple[Kind, ...] = ("intent", "profile", "fact")


def _record(path: Path, problems: list[CueProblem]) -> dict[str, Any] | None:
    try:
        record = parse(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, BadYaml) as error:
        problems.append(CueProblem(path.name, 0, "", " ".join(str(error).split())[:300]))
        return None
    if isinstance(record, dict):
        return record
    problems.append(CueProblem(path.name, 0, "", "the file must hold one mapping"))
    return None


def _words_of(record: Mapping[str, Any], lang: str) -> Words:
    """The words of a language."""
    lists = {name: by_lang.get(lang) or () for name, by_lang in (record.get("lists") or {}).items()}
    spellings = {
        short.lower(): " ".join(read_text(long, {}).words)
        for short, long in ((record.get("spellings") or {}).get(lang) or {}).items()
    }
    numbers = {
        " ".join(read_text(written, {}).words): float(number)
        for written, number in ((record.get("numbers") or {}).get(lang) or {}).items()
    }
    periods = {
        name: [" ".join(read_text(one, {}).words) for one in by_lang.get(lang) or ()]
        for name, by_lang in (record.get("periods") or {}).items()
    }
    clause_words = _flat(record, "stops") | _flat(record, "first_person") | _flat(record, "others")
    return Words(lists, spellings, numbers, periods, _flat(record, "negations"), clause_words)


def _flat(record: Mapping[str, Any], name: str) -> frozenset[str]:
    """The words of all languages: people mix them, and many words are of two."""
    texts = [text for by_lang in (record.get(name) or {}).values() for text in by_lang]
    return frozenset(word for text in texts for word in read_text(text, {}).words)


def _rule(entry: Mapping[str, Any]) -> Rule:
    number = entry.get("number") or {}
    topic = bool(entry.get("topic"))
    bounds = {name: float(number[key]) for name, key in (("least", "from"), ("most", "to")) if key in number}
    return Rule(
        intents=tuple(entry.get("intents") or ()),
        profiles=tuple(entry.get("profiles") or ()),
        facts=dict(entry.get("facts") or {}),
        about=entry.get("about"),
        confidence=TOPIC if topic else LIKELY if entry.get("likely") else SURE,
        topic=topic,
        **bounds,
    )


def _cues(written: Any, words: Words, field: str, where: tuple[str, int], problems: list[CueProblem]) -> Iterator[Cue]:
    narrow = field.startswith("not")
    for line in written or ():
        try:
            yield cue_from(line, words, narrow=narrow)
        except (BadCue, TypeError) as error:
            problems.append(CueProblem(*where, field, f"{line}: {error}"))

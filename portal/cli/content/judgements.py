"""What is wrong with the judged sets."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...judgements import FILES, FOLDER, JudgedPhrase, JudgedQuery, judgements_of, split_of
from .files import Content, Problem, read_mapping, schema_problems


def judgement_problems(root: Path, content: Content) -> list[Problem]:
    """A problem for each file below ``root`` that is missing or not well formed, and then, in the others, one for each
    unknown name, wrong split, and id or text that stands twice."""
    problems: list[Problem] = []
    files: dict[str, Any] = {}
    for name in FILES:
        try:
            record = read_mapping(root / _file(name))
        except ValueError as error:
            problems.append(Problem(_file(name), "", "", str(error)))
            continue
        breaches = schema_problems(f"judged_{name}", record)
        problems += [Problem(_file(name), "", field_name, reason) for field_name, reason in breaches]
        if not breaches:
            files[name] = record
    judgements = judgements_of(files)
    ids: set[str] = set()
    texts: set[tuple[str, str]] = set()
    for name, entries in judgements.sets():
        for entry in entries:
            text = (entry.lang, " ".join(entry.text.casefold().split()))
            faults = list(_unknown_names(entry, content))
            if entry.split != split_of(entry.id):
                faults.append(("split", f"must be {split_of(entry.id)}"))
            if entry.id.split("-")[1] != entry.lang:
                faults.append(("lang", f"is not that of the id: {entry.lang}"))
            if entry.id in ids:
                faults.append(("id", "stands twice"))
            if text in texts:
                faults.append(("text", "stands twice"))
            ids.add(entry.id)
            texts.add(text)
            problems += [Problem(_file(name), entry.id, field_name, reason) for field_name, reason in faults]
    return problems


def _unknown_names(entry: JudgedQuery | JudgedPhrase, content: Content) -> Iterator[tuple[str, str]]:
    if isinstance(entry, JudgedPhrase):
        yield from (("emergencies", f"unknown: {slug}") for slug in entry.emergencies if slug not in content.emergency)
        return
    for field_name, answers in (("best", entry.best), ("also", entry.also)):
        for kind, slug in answers:
            if slug not in getattr(content, kind):
                yield field_name, f"unknown: {kind}:{slug}"
    for kind, slug in set(entry.best) & set(entry.also):
        yield "also", f"is among the best: {kind}:{slug}"
    yield from (("intents", f"unknown: {slug}") for slug in entry.intents if slug not in content.intent)
    yield from (("profiles", f"unknown: {slug}") for slug in entry.profiles if slug not in content.profile)


def _file(name: str) -> str:
    return f"{FOLDER}/{name}.yaml"

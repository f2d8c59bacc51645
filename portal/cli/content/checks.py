"""What the schema cannot say of content: references, meanings, languages and plain words."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...eligibility.rules.checks import leaf_faults, leaf_name, overlap_faults, periods_of
from ...eligibility.rules.facts import Fact, InvalidAnswer, fact_from, read_answer
from ...eligibility.rules.ruleset import leaves_in
from ...intents.classification_files import read_vocabularies, reference_problems
from ...intents.understanding.dangers import cue_problems
from ...intents.understanding.files import FOLDER, SIGNS, WORDS, read_cues, read_signs, shipped_cues
from ...plain_yaml import BadYaml, parse
from ...readability import grade, sentences
from .files import Content, Problem, Record, schema_problems

LANGUAGES = ("en", "es")
MAX_SENTENCE_WORDS = 20
MAX_GRADE = 8.0
MIN_SITUATIONS = 3
# Links to other services that each has, so that its page helps from the first day.
MIN_LINKS = 3


def check_references(content: Content) -> None:
    """Add a problem for each name that leads nowhere and each criterion that does not fit its fact."""
    _check_slugs(content)
    facts = {key: fact_from(fact) for key, fact in content.fact.items()}
    for key, agency in content.agency.items():
        _expect(content, "agency", key, "parent", [agency.get("parent")], content.agency)
    for key, service in content.service.items():
        _expect(content, "service", key, "agency", [service["agency"]], content.agency)
        _expect(content, "service", key, "delivered_with", service.get("delivered_with", []), content.agency)
        _expect(content, "service", key, "profiles", service.get("profiles", []), content.profile)
        _expect(content, "service", key, "amounts", service.get("amounts", []), content.parameter)
        _check_dates(content, key, service)
        sources = {source["key"] for source in service["sources"]}
        for leaf in leaves_in(service["eligibility"]):
            name = f"eligibility.{leaf_name(leaf)}"
            if leaf["source"] not in sources:
                content.report("service", key, name, f"unknown source {leaf['source']}")
            for reason in leaf_faults(leaf, facts, content.parameter) if "fact" in leaf else ():
                content.report("service", key, name, reason)
    for key, article in content.article.items():
        _expect(content, "article", key, "services", article.get("services", []), content.service)
        _expect(content, "article", key, "intents", article.get("intents", []), content.intent)
        _expect(content, "article", key, "merged_into", [article.get("merged_into")], content.article)
        if "merged_into" in article:
            stays = content.article.get(article["merged_into"], {})
            if article["status"] != "archived":
                content.report("article", key, "merged_into", "the article is not archived")
            if stays.get("status") == "archived":
                content.report("article", key, "merged_into", f"{stays['slug']} is archived: name the one that stays")
    for key, intent in content.intent.items():
        _expect(content, "intent", key, "parent", [intent.get("parent")], content.intent)
        _expect(content, "intent", key, "related", intent.get("related", []), content.intent)
        _expect(content, "intent", key, "services", [item["service"] for item in intent["services"]], content.service)
        _expect(
            content, "intent", key, "services", [item.get("profile") for item in intent["services"]], content.profile
        )
        pairs = [(item["service"], item.get("profile")) for item in intent["services"]]
        for service_slug, profile in sorted({pair for pair in pairs if pairs.count(pair) > 1}, key=str):
            content.report("intent", key, "services", f"{service_slug} ({profile or 'everyone'}) stands twice")
        if _has_cycle(content.intent, key):
            content.report("intent", key, "parent", "is its own ancestor")
    for key, record in content.related.items():
        targets = [link["to"] for link in record["links"]]
        _expect(content, "related", key, "", [key], content.service)
        _expect(content, "related", key, "to", targets, content.service)
        if key in targets or len(set(targets)) < len(targets):
            content.report("related", key, "to", "a service leads to others, and to each once")
    for key, agency in content.agency.items():
        if _has_cycle(content.agency, key):
            content.report("agency", key, "parent", f"{agency['slug']} is its own ancestor")
    for key, parameter in content.parameter.items():
        for reason in overlap_faults(periods_of(parameter), "value"):
            content.report("parameter", key, "values", reason)


def check_vocabularies(content: Content) -> None:
    """Add a problem for each fault of the rules that map the words of sources to profiles and intents."""
    rules, problems = read_vocabularies()
    problems += reference_problems(rules, profiles=content.profile, intents=content.intent)
    content.problems += [Problem(f"vocabularies/{one.file}", one.value, one.field, one.reason) for one in problems]


def check_understanding(content: Content, folder: Path = FOLDER) -> None:
    """Add a problem for each fault of the cues, and for what they name that there is not."""
    name = folder.name
    for path in sorted(folder.glob("*.yaml")):
        kind = "understanding_words" if path.name == WORDS else "understanding"
        try:
            record = parse(path.read_bytes().decode("utf-8"))
        except (OSError, ValueError, BadYaml):
            continue  # read_cues says so
        content.problems += [
            Problem(f"{name}/{path.name}", "", field, reason) for field, reason in schema_problems(kind, record)
        ]
    cues = read_cues(folder)
    content.problems += [
        Problem(f"{name}/{one.file}", f"rule {one.rule}" if one.rule else "", one.field, one.reason)
        for one in cues.problems
    ]
    facts = {key: fact_from(fact) for key, fact in content.fact.items()}
    for kind, slugs in cues.sensitive.items():
        known: dict[str, Record] = getattr(content, kind)
        content.problems += [
            Problem(f"{name}/{WORDS}", "sensitive", f"{kind}s", f"unknown: {slug}")
            for slug in sorted(slugs)
            if slug not in known
        ]
    for named in cues.rules:
        where, rule = (f"{name}/{named.file}", f"rule {named.number}"), named.rule
        for field, names, records in (
            ("intents", rule.intents, content.intent),
            ("profiles", rule.profiles, content.profile),
            ("facts", tuple(rule.facts), content.fact),
        ):
            content.problems += [Problem(*where, field, f"unknown: {one}") for one in names if one not in records]
        for key, value in rule.facts.items():
            if key in facts and (reason := _value_fault(facts[key], value)):
                content.problems.append(Problem(*where, f"facts.{key}", reason))


def _value_fault(fact: Fact, value: Any) -> str | None:
    """Why a fact cannot have the value of a rule; of a number that is found later, any stands for it."""
    sample = (
        {"<n>": fact.min or 1, "<money>": {"amount": 1, "per": "month"}}.get(value, value)
        if isinstance(value, str)
        else value
    )
    try:
        read_answer(fact, sample, datetime.date(2026, 1, 1))
    except InvalidAnswer as error:
        return str(error)
    return None


def check_emergencies(content: Content) -> None:
    """Add a problem for each cue of an emergency, and of a sign of danger, that cannot be read."""
    words = {lang: rules.words for lang, rules in shipped_cues().languages.items()}
    for name, lists in read_signs().items():
        content.problems += [
            Problem(f"understanding/{SIGNS}", name, lang, reason) for lang, reason in cue_problems(lists, words)
        ]
    for key, emergency in content.emergency.items():
        for field in ("phrases", "not_phrases"):
            for lang, reason in cue_problems(emergency.get(field, {}), words):
                content.report("emergency", key, f"{field}.{lang}", reason)


def check_completeness(content: Content) -> None:
    """Add a problem for each missing language, each record with too few situations and each hard sentence.

    These rules hold for the content that ships; a portal's own content may load without them.
    """
    for kind, records in content.kinds():
        for key, record in records.items():
            for path, texts in translated(record):
                for lang in LANGUAGES:
                    if lang not in texts and not path.endswith("url"):
                        content.report(kind, key, path, f"no text in {lang}")
            if kind in ("service", "intent", "profile"):
                for lang in LANGUAGES:
                    if len(record["situations"].get(lang, [])) < MIN_SITUATIONS:
                        content.report(kind, key, "situations", f"fewer than {MIN_SITUATIONS} in {lang}")
            for lang in LANGUAGES:
                _check_plain_words(content, kind, key, record, lang)
    targets = {link["to"] for record in content.related.values() for link in record["links"]}
    for key in content.service:
        if len(content.related.get(key, {}).get("links", ())) < MIN_LINKS:
            content.report("service", key, "related", f"fewer than {MIN_LINKS} links to other services")
        if key not in targets:
            content.report("service", key, "related", "no other service leads to it")


def translated(record: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, texts by language) of every translated field of a record."""
    if isinstance(record, dict):
        if "en" in record and set(record) <= {"en", "es"}:
            yield path, record
            return
        for key, value in record.items():
            yield from translated(value, f"{path}.{key}" if path else str(key))
    elif isinstance(record, list):
        for number, value in enumerate(record):
            yield from translated(value, f"{path}.{number}")


def _check_slugs(content: Content) -> None:
    for kind in ("service", "article", "intent"):
        records: dict[str, Record] = getattr(content, kind)
        taken = {slug: slug for slug in records}
        for key, record in records.items():
            for old in record.get("old_slugs", []):
                if old in taken:
                    content.report(kind, key, "old_slugs", f"{old} belongs to {taken[old]}")
                taken.setdefault(old, key)


def _expect(
    content: Content, kind: str, key: str, field_name: str, names: list[str | None], known: dict[str, Record]
) -> None:
    for name in names:
        if name is not None and name not in known:
            content.report(kind, key, field_name, f"unknown: {name}")


def _has_cycle(records: dict[str, Record], key: str) -> bool:
    seen, current = set(), key
    while parent := records.get(current, {}).get("parent"):
        if parent == key:
            return True
        if parent in seen:
            return False
        seen.add(parent)
        current = parent
    return False


def _check_dates(content: Content, key: str, service: Record) -> None:
    start, end = service.get("valid_from"), service.get("valid_to")
    if start and end and start > end:
        content.report("service", key, "valid_to", "before valid_from")


_PLAIN_FIELDS = {
    "agency": ("summary",),
    "service": (
        "summary", "who", "benefit", "how", "appeal", "outputs", "documents", "processing_time", "channels", "cost",
    ),
    "article": ("summary", "who", "text", "steps"),
    "intent": ("summary", "first", "services"),
    "profile": ("summary",),
    "emergency": ("text",),
    "related": ("links",),
}  # fmt: skip


def _check_plain_words(content: Content, kind: str, key: str, record: Record, lang: str) -> None:
    whole = []
    for field_name in _PLAIN_FIELDS.get(kind, ()):
        for path, texts in translated({field_name: record.get(field_name)}):
            text = texts.get(lang)
            if not isinstance(text, str) or path.endswith("url"):
                continue
            whole.append(text)
            for words in sentences(text):
                if len(words) > MAX_SENTENCE_WORDS:
                    content.report(kind, key, path, f"{lang}: {len(words)} words: {' '.join(words)[:80]}…")
    score = grade("\n\n".join(whole), lang)
    if score > MAX_GRADE:
        content.report(kind, key, "", f"{lang}: reading grade {score:.1f}")

"""From the words of a text to findings: intents, profiles and facts, for the person to confirm. Nothing is decided."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ...search.analysis import words
from ...search.spelling import Speller, distance
from ...search.stopwords import STOP_WORDS
from .cues import Cue, CueIndex, Words, masked
from .phrases import PhraseIndex
from .readings import END, PAUSE, Reading, Span, read_text
from .weights import DOUBTFUL, Weights, likely_beyond

Kind = Literal["intent", "profile", "fact"]
KINDS: tuple[Kind, ...] = ("intent", "profile", "fact")
About = Literal["self", "other", "anyone"]
# Longer texts are cut: nobody needs more to be understood, and it bounds the work.
MAX_CHARACTERS = 2_000
# What is less certain is not worth a question.
LEAST = 0.5
SURE, LIKELY = 0.9, 0.6
# A word that only belongs to a subject: one is too little, two different ones are just enough.
TOPIC = 0.3
# How many words before a find may say that it is not so, or that it is about somebody else.
NEGATION_REACH, HOLDER_REACH, FOR_REACH = 4, 8, 4
_MIN_REPAIRED = 5
# Words that begin with the same letters are mostly forms of one.
_STEM = 5
# So many more small words of one language than of another make it clear which one it is.
CLEARLY = 2


@dataclass(frozen=True)
class Finding:
    """Something that a text seems to say, for the person to confirm.

    ``key`` is the slug of an intent or profile, or the key of a fact; a fact has the ``value`` that it would be
    answered with. ``spans`` are the pieces of the text that it was drawn from. ``sensitive``: such as health or
    immigration status, which nobody wants to see assumed.
    """

    kind: Kind
    key: str
    value: Any
    confidence: float
    spans: tuple[Span, ...]
    sensitive: bool = False

    def evidence(self, text: str) -> tuple[str, ...]:
        """The words it was drawn from, as they were typed."""
        return tuple(dict.fromkeys(" ".join(text[start:end].split()) for start, end in self.spans))


@dataclass(frozen=True)
class Rule:
    """What follows from cues. In ``facts`` the value "<n>" stands for the number that the cue found, and "<money>" for
    that number with its period.

    ``about`` says whom the words must be about; ``least`` and ``most`` bound the number found. Of a ``topic`` each cue
    is a little evidence, also behind a "not": "can't pay the electric bill" is about electricity.
    """

    intents: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    about: About | None = None
    confidence: float = SURE
    least: float = -math.inf
    most: float = math.inf
    topic: bool = False


@dataclass(frozen=True)
class LanguageRules:
    """The cues of one language: for each its rule by number, and look-alikes that are taken out first.

    ``relatives``, ``others``, ``first_person`` and ``stops`` are words that tell whom something is about and where
    such a thing ends; ``for_words`` begin "for my mother".
    """

    words: Words
    cues: CueIndex
    not_cues: Mapping[int, tuple[Cue, ...]]
    relatives: frozenset[str]
    others: frozenset[str]
    first_person: frozenset[str]
    stops: frozenset[str]
    for_words: frozenset[str]


@dataclass(frozen=True)
class Found:
    """One place where a rule holds."""

    rule: Rule
    about_other: bool
    span: Span
    words: str
    number: float | None = None
    period: str | None = None


@dataclass(frozen=True)
class Knowledge:
    """All that understanding knows. ``sensitive`` has the intents, profiles and facts that are."""

    rules: Sequence[Rule]
    languages: Mapping[str, LanguageRules]
    sensitive: Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    phrases: PhraseIndex = field(default_factory=PhraseIndex)
    weights: Weights = field(default_factory=lambda: Weights({}))

    @cached_property
    def known(self) -> frozenset[str]:
        """Words that are spelt well."""
        return self.phrases.surface.union(*(language.cues.literals for language in self.languages.values()))

    @cached_property
    def repair(self) -> Callable[[str], str]:
        """Puts the word that is meant in the place of one that nothing here has."""
        return repair_from(self.known, {short for one in self.languages.values() for short in one.words.spellings})


def repair_from(meant: Collection[str], known: Collection[str]) -> Callable[[str], str]:
    """A function that puts words that can be meant in the place of those of at least five letters that nobody knows.

    One letter may be wrong, but not the first: "filling" must not become "killing".
    """
    speller = Speller({word: (word, 1) for word in meant})

    def repair(word: str) -> str:
        if len(word) < _MIN_REPAIRED or word in known or word in meant:
            return word
        nearest = speller.nearest(word)
        return nearest if nearest and nearest[0] == word[0] and distance(word, nearest, 1) is not None else word

    return repair


def understand(text: str, knowledge: Knowledge) -> list[Finding]:
    """What a text seems to say, in either language: intents, then profiles, then facts, the surest first.

    A fact of which the text says two different things is left out.
    """
    text = text[:MAX_CHARACTERS]
    found: list[Found] = []
    spoken = languages_of(text, knowledge.languages)
    for lang in spoken:
        language = knowledge.languages[lang]
        reading = read_text(text, language.words.spellings, knowledge.repair)
        found += _found_by_cues(reading, language, knowledge.rules)
    gathered: dict[tuple[Kind, str, str], list[tuple[float, Span, Any]]] = defaultdict(list)
    heard: dict[tuple[Kind, str], list[Found]] = defaultdict(list)
    for one in found:
        for kind, key, value in _conclusions(one):
            if one.rule.topic:
                if any(_is_the_same(one, other) for other in heard[kind, key]):
                    continue
                heard[kind, key].append(one)
            gathered[kind, key, repr(value)].append((one.rule.confidence, one.span, value))
    for phrase in knowledge.phrases.find(text, spoken):
        gathered[phrase.kind, phrase.key, "None"].append((phrase.confidence, phrase.span, None))
    findings = [
        Finding(
            kind,
            key,
            several[0][2],
            round(_united(confidence for confidence, _, _ in several), 2),
            _merged(span for _, span, _ in several),
            key in knowledge.sensitive.get(kind, ()),
        )
        for (kind, key, _), several in gathered.items()
    ]
    kept = [one for one in _without_contradictions(findings) if one.confidence >= LEAST]
    if knowledge.weights.table:
        kept = list(_weighed(text, kept, spoken[0], knowledge))
    return sorted(kept, key=lambda one: (KINDS.index(one.kind), -one.confidence, one.spans, one.key))


def evidence_in(text: str, knowledge: Knowledge) -> tuple[Sequence[str], frozenset[tuple[str, str]]]:
    """What weights are learned from: the words of a text as they are read, and the intents and profiles found in it."""
    lang = languages_of(text, knowledge.languages)[0]
    reading = read_text(text, knowledge.languages[lang].words.spellings, knowledge.repair)
    found = (one for one in understand(text, knowledge) if one.kind != "fact")
    return reading.words, frozenset((one.kind, one.key) for one in found)


def _weighed(text: str, findings: Sequence[Finding], lang: str, knowledge: Knowledge) -> Iterator[Finding]:
    """Findings as the words beside them bear them out: without what is next to impossible, with what they say too."""
    reading = read_text(text, knowledge.languages[lang].words.spellings, knowledge.repair)
    found: frozenset[tuple[str, str]] = frozenset((one.kind, one.key) for one in findings if one.kind != "fact")
    judged = knowledge.weights.judge(reading, found)
    for one in findings:
        judgement = judged.get((one.kind, one.key))
        if judgement is None or judgement.probability >= DOUBTFUL:
            yield one
    for (kind, key), likely in likely_beyond(judged, found):
        named: Kind = "intent" if kind == "intent" else "profile"
        sensitive = key in knowledge.sensitive.get(named, ())
        yield Finding(named, key, None, round(min(likely.probability, 0.99), 2), _merged(likely.spans), sensitive)


def languages_of(text: str, languages: Collection[str]) -> list[str]:
    """Those of some languages that a text is in: the one whose small words it has most of, or all where that is not
    clear. "Cobra" is a health plan in English, and "charges" in Spanish."""
    folded = [word.folded for word in words(text)]
    counts = {lang: sum(word in STOP_WORDS.get(lang, ()) for word in folded) for lang in languages}
    most = max(counts.values(), default=0)
    return [lang for lang in languages if counts[lang] > most - CLEARLY]


def _found_by_cues(reading: Reading, language: LanguageRules, rules: Sequence[Rule]) -> Iterator[Found]:
    plain: dict[int, str] = {}
    for number, cue in language.cues.candidates(reading):
        if number not in plain:
            plain[number] = masked(reading.plain, language.not_cues.get(number, ()))
        for match in cue.find(plain[number]):
            first, last = reading.range_of(*match.span())
            rule, groups = rules[number], match.groupdict()
            if not rule.topic and _is_negated(reading, first, language):
                continue
            amount = language.words.number_of(groups["n"]) if groups.get("n") else None
            if amount is not None and not rule.least <= amount <= rule.most:
                continue
            period = language.words.period_of(groups["per"]) if groups.get("per") else None
            about_other = _is_about_other(reading, first, last, language)
            yield Found(rule, about_other, reading.span(first, last), match.group(), amount, period)


def _conclusions(found: Found) -> Iterator[tuple[Kind, str, Any]]:
    """What follows: intents and profiles of whomever the words are about, and facts of who asks, unless the rule says
    otherwise."""
    about = found.rule.about
    if about == ("self" if found.about_other else "other"):
        return
    for intent in found.rule.intents:
        yield "intent", intent, None
    for profile in found.rule.profiles:
        yield "profile", profile, None
    if found.about_other and about is None:
        return
    for key, value in found.rule.facts.items():
        filled = _filled(value, found)
        if filled is not None:
            yield "fact", key, filled


def _is_the_same(one: Found, other: Found) -> bool:
    """Whether two words of a topic are one piece of evidence: forms of one word, or words at the same place."""
    same_start = one.words.split()[0][:_STEM] == other.words.split()[0][:_STEM]
    return same_start or (one.span[0] < other.span[1] and other.span[0] < one.span[1])


def _filled(value: Any, found: Found) -> Any:
    if value not in ("<n>", "<money>"):
        return value
    if found.number is None:
        return None
    number = int(found.number) if found.number == int(found.number) else found.number
    if value == "<n>":
        return number
    return {"amount": number, "per": found.period} if found.period else None


def _is_negated(reading: Reading, first: int, language: LanguageRules) -> bool:
    """Whether a "not" stands before a find, in the same clause."""
    for at in range(first - 1, max(-1, first - 1 - NEGATION_REACH), -1):
        word = reading.words[at]
        if word in (END, PAUSE) or word in language.stops or word in language.first_person:
            return False
        if word in language.words.negations:
            return True
    return False


def _is_about_other(reading: Reading, first: int, last: int, language: LanguageRules) -> bool:
    """Whether a find is about a relative or another person: the nearest of those named before it, or one named after
    "for"."""
    around = reading.words
    if any(word in language.first_person for word in around[first:last]):
        return False
    if any(word in language.others for word in around[first:last]):
        return True
    if last < len(around) and around[last] in language.relatives:
        return True
    for at in range(last, min(len(around), last + 2)):
        if around[at] in language.for_words:
            return any(word in language.relatives for word in around[at + 1 : at + 1 + FOR_REACH])
    for at in range(first - 1, max(-1, first - 1 - HOLDER_REACH), -1):
        word = around[at]
        if word in (END, PAUSE) or word in language.stops or word in language.first_person:
            return False
        if word in language.relatives or word in language.others:
            return True
    return False


def _united(confidences: Iterable[float]) -> float:
    """How sure several pieces of evidence make, none of which depends on another."""
    doubt = 1.0
    for confidence in confidences:
        doubt *= 1 - confidence
    return min(1 - doubt, 0.99)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same places, each once: those that touch or overlap are one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _without_contradictions(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Of two values of a fact the one whose words contain the other's; neither where none does."""
    values: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        if one.kind == "fact":
            values[one.key].append(one)
        else:
            yield one
    for several in values.values():
        best = [one for one in several if all(one is other or _contains(one, other) for other in several)]
        if len(best) == 1:
            yield best[0]


def _contains(one: Finding, other: Finding) -> bool:
    return one.spans != other.spans and all(
        any(start <= inner_start and inner_end <= end for start, end in one.spans)
        for inner_start, inner_end in other.spans
    )

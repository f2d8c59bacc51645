"""Whether words suggest danger. Help that nobody needed costs a glance; help that did not come can cost a life.

So danger is looked for in what was typed and in what was probably meant, in every language, over the borders of
sentences; and a "not" or "no longer" before it changes nothing: who writes "I am not suicidal any more" may still be
glad of the number. Only look-alikes that editors list are left out.

Beside the cues, signs and words have weights: what they clearly say is danger needs no cue, and what they clearly say
is harmless is believed against one.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .cues import BadCue, Cue, CueIndex, Words, cue_from, masked
from .readings import END, PAUSE, Reading, read_text
from .rules import MAX_CHARACTERS, repair_from
from .signs import ANY, Signs

Phrases = Mapping[str, Sequence[str]]
# A word that was only guessed at is a danger by itself from so many letters on: "rated" is too near to "raped".
_LONG = 7
# How much signs and words must say for danger to need no cue; and below which a cue is not believed. The second is far
# down: "what can I do?" after a cry for help sounds harmless to words alone.
CLEAR, HARMLESS = 0.8, -3.5
# Of fewer words than this the weights know too little to speak against a cue.
_ENOUGH_WORDS = 5
_SENTENCE = re.compile(r"[.!?;\n]+")


@dataclass(frozen=True)
class LanguageDangers:
    """The cues of danger of one language, by the number of the emergency."""

    words: Words
    cues: CueIndex


@dataclass(frozen=True)
class Dangers:
    """The emergencies in their order, what suggests them, and a repair of misspelt words.

    ``harmless`` are look-alikes of any language, by the number of the emergency, which are taken out first: "suicid*"
    stands in both.
    """

    slugs: tuple[str, ...]
    languages: tuple[LanguageDangers, ...]
    harmless: Mapping[int, tuple[Cue, ...]]
    repair: Callable[[str], str]
    signs: Signs | None = None


def dangers_from(
    emergencies: Mapping[str, tuple[Phrases, Phrases]],
    words: Mapping[str, Words],
    known: Iterable[str] = (),
    signs: Signs | None = None,
) -> Dangers:
    """What suggests each emergency: its cues of danger and its harmless look-alikes, by language.

    ``known`` are more words that are spelt well. Without ``signs`` cues decide alone. A cue that cannot be read is left
    out; ``cue_problems`` tells which.
    """
    harmless = {
        number: tuple(cue for lang, own in words.items() for cue in _sound(not_phrases.get(lang, ()), own, narrow=True))
        for number, (_, not_phrases) in enumerate(emergencies.values())
    }
    languages = []
    short_forms = {short for own in words.values() for short in own.spellings}
    literals = set(known).union(*(cue.literals for several in harmless.values() for cue in several))
    for lang, own in words.items():
        index = CueIndex(
            (number, cue)
            for number, (phrases, _) in enumerate(emergencies.values())
            for cue in _sound(phrases.get(lang, ()), own)
        )
        literals |= index.literals
        languages.append(LanguageDangers(own, index))
    return Dangers(tuple(emergencies), tuple(languages), harmless, repair_from(literals, short_forms), signs)


def cue_problems(phrases: Phrases, words: Mapping[str, Words]) -> list[tuple[str, str]]:
    """(language, reason) of each cue that cannot be read."""
    problems = []
    for lang, lines in phrases.items():
        for line in lines:
            try:
                cue_from(line, words[lang])
            except BadCue as error:
                problems.append((lang, f"{line}: {error}"))
    return problems


def emergencies_in(text: str, dangers: Dangers) -> list[str]:
    """Slugs of the emergencies that a text suggests, in their order."""
    text = text[:MAX_CHARACTERS]
    found = {dangers.slugs[number] for number in _found_by_cues(text, dangers)}
    if dangers.signs is not None:
        found = _weighed(text, found, dangers.signs, dangers)
    return [slug for slug in dangers.slugs if slug in found]


def _weighed(text: str, found: set[str], signs: Signs, dangers: Dangers) -> set[str]:
    """The emergencies that are seen when signs and words are heard too.

    Of several sentences the worst one counts: harmless talk around it takes nothing away.
    """
    sentences = [one for one in _SENTENCE.split(text) if one.strip()]
    heard = [signs.weigh(one) for one in {text, *sentences}]
    worst = max(heard, key=lambda one: one[ANY])
    known = worst.keys() - {ANY}
    if found and worst[ANY] < HARMLESS and len(text.split()) >= _ENOUGH_WORDS:
        meant = {read_text(text, one.words.spellings, dangers.repair).plain for one in dangers.languages}
        return found if any(signs.weigh(one)[ANY] > CLEAR for one in meant) else found - known
    if worst[ANY] > CLEAR and known:
        # At least one of them, the likeliest, even where no emergency is likely by itself.
        likeliest = max(sorted(known), key=lambda slug: worst[slug])
        return found | {likeliest} | {slug for slug in known if worst[slug] > 0}
    return found


def _found_by_cues(text: str, dangers: Dangers) -> set[int]:
    found: set[int] = set()
    for language in dangers.languages:
        spellings = language.words.spellings
        typed = read_text(text, spellings)
        meant = read_text(text, spellings, dangers.repair)
        found |= _found(typed, language, dangers.harmless)
        if meant.plain != typed.plain:
            found |= _found(meant, language, dangers.harmless, guessed=meant.known - typed.known)
    return found


def _found(
    reading: Reading,
    language: LanguageDangers,
    harmless: Mapping[int, tuple[Cue, ...]],
    guessed: Collection[str] = frozenset(),
) -> set[int]:
    found: set[int] = set()
    plain: dict[int, str] = {}
    for number, cue in language.cues.candidates(reading):
        if number in found:
            continue
        if number not in plain:
            rest = masked(reading.plain, harmless.get(number, ()))
            # Danger may go on behind a full stop; what makes a word harmless must stand in its own sentence.
            plain[number] = rest.replace(f" {END} ", f" {PAUSE} ")
        if any(_is_certain(match.group().strip(f" {PAUSE}"), guessed) for match in cue.find(plain[number])):
            found.add(number)
    return found


def _is_certain(words: str, guessed: Collection[str]) -> bool:
    """Whether a find is more than one short word that nobody typed."""
    return len(words) >= _LONG or words not in guessed


def _sound(lines: Sequence[str], words: Words, *, narrow: bool = False) -> Iterable[Cue]:
    for line in lines:
        try:
            yield cue_from(line, words, narrow=narrow)
        except BadCue:
            continue

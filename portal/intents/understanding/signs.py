"""What danger is made of, and what it weighs: who, does what, to whom, with what, when.

A sign is a list of words of one meaning in every language: a person close, a weapon, no way out, long ago, a school
paper. Signs, two signs in one text, words, and two words side by side have weights, learned from examples: for danger
at all, and for each emergency. So danger is seen in words that no cue knows, and told from what only sounds like it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from .cues import BadCue, Cue, CueIndex, Words, cue_from
from .readings import END, PAUSE, read_text
from .weights import Weights, stem_of

Lists = Mapping[str, Mapping[str, Sequence[str]]]
KIND = "danger"
# Danger at all, whatever the emergency. No slug has a star.
ANY = "*"


@dataclass(frozen=True)
class Signs:
    """The words of each sign, by language, and what signs and words weigh."""

    names: tuple[str, ...]
    languages: tuple[tuple[Words, CueIndex], ...]
    weights: Weights

    def features(self, text: str) -> frozenset[str]:
        """What speaks in a text, once each: signs in brackets, two signs, words by their stems, two neighbours."""
        found: set[str] = set()
        words: list[str] = []
        for own, index in self.languages:
            reading = read_text(text, own.spellings)
            words = words or [stem_of(word) or PAUSE for word in reading.words]
            found |= {
                f"[{self.names[number]}]"
                for number, cue in index.candidates(reading)
                if any(True for _ in cue.find(reading.plain))
            }
        return frozenset(
            [
                *found,
                *(f"{one} {other}" for one, other in combinations(sorted(found), 2)),
                *(word for word in words if word not in (END, PAUSE)),
                *(f"{one} {other}" for one, other in pairwise(words)),
            ]
        )

    def weigh(self, text: str) -> dict[str, float]:
        """What a text says for each emergency that is known, and for danger at all: above 0 for it, below against."""
        return {slug: value for (_, slug), value in self.weights.sums(self.features(text)).items()}

    def reasons(self, text: str, slug: str = ANY) -> list[tuple[str, float]]:
        """What speaks for and against an emergency, or danger at all, in a text: the weightiest first."""
        weights = self.weights.table.get((KIND, slug), {})
        told = [(one, weights[one]) for one in self.features(text) if one in weights]
        return sorted(told, key=lambda one: (-abs(one[1]), one[0]))


def signs_from(lists: Lists, words: Mapping[str, Words], weights: Weights) -> Signs:
    """The signs of these lists. A line that is no cue is left out; ``cue_problems`` tells which."""
    languages = tuple((own, CueIndex(_cues(lists, lang, own))) for lang, own in words.items())
    return Signs(tuple(lists), languages, weights)


def _cues(lists: Lists, lang: str, words: Words) -> Iterator[tuple[int, Cue]]:
    for number, by_lang in enumerate(lists.values()):
        for line in by_lang.get(lang, ()):
            try:
                yield number, cue_from(line, words)
            except BadCue:
                continue

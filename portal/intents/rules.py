"""Decisions about intents and profiles that need no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..catalogue.rules import serves_area

_WORD = re.compile(r"[^\W_]+")
STEPS = ("first", "then", "consider")


@dataclass
class BrowseIndex:
    """Which services belong to which choice, as bit sets: bit n stands for the service in place n.

    A choice costs one AND and a bit count, so that the counts beside every choice cost the same for a hundred services
    and for five thousand.
    """

    size: int
    everyone: int = 0
    profiles: dict[str, int] = field(default_factory=dict)
    intents: dict[str, int] = field(default_factory=dict)
    intents_for: dict[tuple[str, str], int] = field(default_factory=dict)
    # Services classified under an intent that stand in no journey of it.
    more: dict[str, int] = field(default_factory=dict)
    agencies: dict[str, int] = field(default_factory=dict)
    # Services by the areas where they are offered, as (included, excluded).
    areas: dict[tuple[frozenset[str], frozenset[str]], int] = field(default_factory=dict)
    _served: dict[str, int] = field(default_factory=dict)

    @property
    def all(self) -> int:
        return (1 << self.size) - 1

    def for_profile(self, profile: str) -> int:
        """Services that a person of this profile may use: its own, and those that are not for others alone."""
        return self.profiles.get(profile, 0) | self.everyone

    def matters_to(self, profile: str, intent: str) -> bool:
        """Whether the intent has a service of the profile's own, so that choosing the profile says something."""
        return bool(self.profiles.get(profile, 0) & self.intents.get(intent, 0))

    def served(self, area: str) -> int:
        """Services that are offered in an area. It is found out once for each area that is asked for."""
        if area not in self._served:
            found = 0
            for (included, excluded), bits in self.areas.items():
                if serves_area(included, excluded, area):
                    found |= bits
            self._served[area] = found
        return self._served[area]

    def matching(
        self,
        intent: str | None = None,
        profile: str | None = None,
        agency: str | None = None,
        areas: Iterable[str] = (),
    ) -> int:
        """Services that remain after these choices; nothing chosen leaves all. Each further choice can only narrow.

        Of several areas a service must be offered in each.
        """
        found = self.all
        if profile:
            found = self.for_profile(profile) if profile in self.profiles else 0
        if intent and profile:
            journey = self.intents_for.get((intent, ""), 0) | self.intents_for.get((intent, profile), 0)
            found &= journey | self.more.get(intent, 0)
        elif intent:
            found &= self.intents.get(intent, 0) | self.more.get(intent, 0)
        if agency:
            found &= self.agencies.get(agency, 0)
        for area in areas:
            found &= self.served(area)
        return found

    def counts(
        self,
        name: str,
        values: Iterable[str],
        *,
        intent: str | None = None,
        profile: str | None = None,
        agency: str | None = None,
        areas: Iterable[str] = (),
    ) -> list[int]:
        """How many services each value of ``name`` (intent, profile or agency) would leave, with the other choices."""
        others = {"intent": intent, "profile": profile, "agency": agency, name: None}
        if name == "agency":
            # There can be a thousand agencies, so what they have in common is found out once.
            rest = self.matching(**others, areas=areas)
            return [(rest & self.agencies.get(value, 0)).bit_count() for value in values]
        return [self.matching(**{**others, name: value}, areas=areas).bit_count() for value in values]


def places(bits: int) -> Iterator[int]:
    """The places of the set bits, lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def fold(text: str) -> str:
    """Lower case, without accents, apostrophes and other marks; single spaces; a space at both ends."""
    # Some signs become capital letters when they are taken apart (℠), some letters when they are folded.
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    plain = re.sub(r"['’`´]", "", plain)
    words = " ".join(_WORD.findall(plain))
    return f" {words} "

"""What the words of a search seem to say, for the page to ask about. Nothing of it is kept."""

from collections.abc import Collection
from dataclasses import dataclass

from ..eligibility.understood import UnderstoodFact, understood_facts
from ..i18n import Text
from ..intents import queries as intents
from ..intents.queries import IntentRow, ProfileRow
from ..search.analysis import words

# Who types one or two words looks something up; the results answer that.
LEAST_WORDS = 3
MOST_EACH = 5


@dataclass(frozen=True)
class Meant:
    """One thing that somebody may mean, and the words it was read from.

    ``number`` says which it is among all findings of the same words, so that a link can leave it out without saying it.
    """

    number: int
    words: tuple[str, ...]
    sensitive: bool
    intent: IntentRow | None = None
    profile: ProfileRow | None = None
    fact: UnderstoodFact | None = None

    @property
    def title(self) -> Text | str:
        """What it is called."""
        if self.fact:
            return self.fact.question
        named = self.intent or self.profile
        return named.title if named else ""


@dataclass(frozen=True)
class AllMeant:
    """Everything that is still asked about; ``without`` are the numbers of what was left out."""

    intents: tuple[Meant, ...] = ()
    profiles: tuple[Meant, ...] = ()
    facts: tuple[Meant, ...] = ()
    without: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.intents or self.profiles or self.facts)


def meant_by(text: str, lang: str, without: Collection[int] = ()) -> AllMeant:
    """What a text seems to say, but for what somebody said it does not."""
    if sum(1 for _ in words(text)) < LEAST_WORDS:
        return AllMeant()
    findings = intents.understand(text)
    rows = intents.intents_by_slug(lang)
    profiles = {row.slug: row for row in intents.profile_rows(lang)}
    facts = {one.key: one for one in understood_facts(findings, text, lang)}
    found: dict[str, list[Meant]] = {"intent": [], "profile": [], "fact": []}
    for number, one in enumerate(findings):
        if number in without:
            continue
        intent = rows.get(one.key) if one.kind == "intent" else None
        profile = profiles.get(one.key) if one.kind == "profile" else None
        fact = facts.get(one.key) if one.kind == "fact" else None
        if intent or profile or fact:
            sensitive = fact.sensitive if fact else one.sensitive
            found[one.kind].append(Meant(number, one.evidence(text), sensitive, intent, profile, fact))
    return AllMeant(
        tuple(found["intent"][:MOST_EACH]),
        tuple(found["profile"][:MOST_EACH]),
        tuple(found["fact"]),
        tuple(sorted(number for number in without if number < len(findings))),
    )

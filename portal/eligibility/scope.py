"""What a screening is about: a service, an intent, a profile, an intent for a profile, or everything."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..caching import kept_for_version
from ..i18n import Text
from ..intents.queries import browse_index, profile_rows
from ..intents.rules import places
from .cards import intent_cards, service_cards

NAMES = ("service", "intent", "profile")


@dataclass(frozen=True)
class Scope:
    """``chosen`` has those of service, intent and profile that exist; ``services`` are the slugs to find out about.

    ``titles`` name what it is about; none for everything. ``sensitive``: whether the topic of a service is.
    """

    chosen: dict[str, str]
    services: tuple[str, ...]
    titles: tuple[Text, ...] = ()
    sensitive: bool = False


def scope_of(given: Mapping[str, str], lang: str) -> Scope:
    """The scope that is asked for. What does not exist, or has no service with a rule, is left out."""
    return _scope(lang, *(given.get(name, "")[:120] for name in NAMES))


def _scope(lang: str, service: str, intent: str, profile: str) -> Scope:
    cards = service_cards(lang)
    if service in cards:
        return Scope({"service": service}, (service,), (cards[service].title,), cards[service].sensitive)
    intents = intent_cards(lang)
    profiles = {row.slug: row.title for row in profile_rows(lang)}
    titles = {}
    if intent in intents:
        titles["intent"] = intents[intent].title
    if profile in profiles:
        titles["profile"] = profiles[profile]
    chosen = {"intent": intent, "profile": profile}
    chosen = {name: chosen[name] for name in titles}
    services = _services(chosen.get("intent"), chosen.get("profile"))
    if not services:
        return _scope(lang, "", "", "") if chosen else Scope({}, ())
    sensitive = any(cards[slug].sensitive for slug in services) or (
        "intent" in chosen and intents[chosen["intent"]].sensitive
    )
    return Scope(chosen, services, tuple(titles.values()), sensitive)


@kept_for_version
def _services(intent: str | None, profile: str | None) -> tuple[str, ...]:
    """Slugs of services with a rule. A profile alone stands for what is for it in particular."""
    cards = service_cards("en")
    if not intent and not profile:
        return tuple(cards)
    index, ids = browse_index()
    bits = index.matching(intent=intent, profile=profile) if intent else index.profiles.get(profile or "", 0)
    slugs = {card.id: slug for slug, card in cards.items()}
    return tuple(sorted(slugs[ids[at]] for at in places(bits) if ids[at] in slugs))

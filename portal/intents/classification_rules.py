"""What the words of a source say about a service: which profiles and intents it belongs to. No database, no files.

A vocabulary is the set of words of one scheme. Each word has a rule that was decided by an editor; a word without one
gives nothing and stays on the work list.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What one word gives.

    ``only``: the service is for these profiles alone, as far as this word goes. ``organisation``: the word names
    organisations, which says nothing of people. ``none``: why nothing fits although the word is about people or
    matters.
    """

    profiles: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    only: bool = False
    organisation: bool = False
    none: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The rules of a scheme by value. A service with more than ``at_most`` words of it is told apart by none of them:
    who names everyone means nobody in particular.
    """

    scheme: str
    rules: Mapping[str, Rule]
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The first word, by scheme and value, that gives a profile or an intent; ``exclusive`` for a profile alone."""

    scheme: str
    value: str
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Classification:
    """Profiles and intents by slug, each with the word that it comes from."""

    profiles: Mapping[str, Given]
    intents: Mapping[str, Given]


def classify(terms: Iterable[tuple[str, str]], vocabularies: Mapping[str, Vocabulary]) -> Classification:
    """What the words (scheme, value) of a service give together.

    The words of a source are choices, not conditions: each adds what its rule names. So a service is for its profiles
    alone only where every word of a scheme that is about people says so.
    """
    by_scheme: dict[str, list[str]] = defaultdict(list)
    for scheme, value in sorted(set(terms)):
        by_scheme[scheme].append(value)
    profiles: dict[str, Given] = {}
    intents: dict[str, Given] = {}
    for scheme, values in by_scheme.items():
        vocabulary = vocabularies.get(scheme)
        if vocabulary is None or (vocabulary.at_most is not None and len(values) > vocabulary.at_most):
            continue
        rules = [(value, vocabulary.rules.get(value)) for value in values]
        alone = all(rule is not None and (rule.only or rule.organisation) for _, rule in rules)
        for value, rule in rules:
            for slug in rule.profiles if rule else ():
                known = profiles.get(slug)
                if known is None or (alone and not known.exclusive):
                    profiles[slug] = Given(scheme, value, alone)
            for slug in rule.intents if rule else ():
                intents.setdefault(slug, Given(scheme, value))
    return Classification(profiles, intents)


def uncovered(counts: Mapping[tuple[str, str], int], vocabularies: Mapping[str, Vocabulary]) -> dict[str, list[str]]:
    """Of (scheme, value) with their counts, the values by scheme that no rule covers, the most frequent first."""
    found: dict[str, list[str]] = defaultdict(list)
    for scheme, value in sorted(counts, key=lambda one: (one[0], -counts[one], one[1])):
        vocabulary = vocabularies.get(scheme)
        if vocabulary is None or value not in vocabulary.rules:
            found[scheme].append(value)
    return dict(found)

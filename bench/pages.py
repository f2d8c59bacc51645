"""Which pages are measured: seeded lists of addresses for each kind of page."""

import random
from urllib.parse import quote_plus

from .records import BLOCK, CORE_INTENTS, LANGUAGES, PROFILES, Records, make_records
from .words import Vocabulary

# Public pages, which may be kept, and pages that are made for each person.
PUBLIC = ("landing", "bundle", "profile_intent", "service", "article")
KINDS = (*PUBLIC, "form", "search")
PATHS = 200


def page_paths(records: Records, seed: int) -> dict[str, list[str]]:
    """Addresses by kind of page, in random order, from the whole catalogue, in both languages.

    Bundles leave out the intent below which a large catalogue hangs its tree; it is not like the others.
    """
    rng = random.Random(f"{seed}-paths")
    intents = [record for record in records.intents if record["slug"] != f"intent-{CORE_INTENTS - 1}"]
    life_events = [record for record in intents if record["kind"] == "life_event"]
    tails = {
        "landing": [""],
        "bundle": [f"life-events/{record['slug']}" for record in life_events],
        "profile_intent": [f"for/profile-{rng.randrange(PROFILES)}/{record['slug']}" for record in intents],
        "service": [f"services/{record['slug']}" for record in records.services],
        "article": [f"articles/{record['slug']}" for record in records.articles],
        "form": [f"feedback?page=/en/articles/{record['slug']}&useful=no" for record in records.articles],
    }
    paths = {}
    for kind, ends in tails.items():
        every = [f"/{lang}/{end}" for end in ends for lang in LANGUAGES]
        rng.shuffle(every)
        paths[kind] = every[:PATHS]
    return paths | {"search": [f"/{lang}/search?q={quote_plus(query)}" for lang, query in queries(records, seed)]}


def core_paths(seed: int) -> dict[str, list[str]]:
    """Addresses that are the same pages in a catalogue of any size: those of the core alone."""
    return page_paths(make_records(BLOCK, seed), seed)


def queries(records: Records, seed: int) -> list[tuple[str, str]]:
    """(language, query) in random order: half are 1 to 4 keywords of some title, half 5 to 20 words as people speak."""
    rng = random.Random(f"{seed}-queries")
    vocabularies = {lang: Vocabulary.of(lang) for lang in LANGUAGES}
    found = []
    for number in range(PATHS):
        lang = LANGUAGES[number % len(LANGUAGES)]
        record = rng.choice([*records.services, *records.articles])
        title = record["title"][lang].lower().split()
        if number % 4 < 2:
            words = rng.sample(title, min(len(title), rng.randint(1, 4)))
        else:
            told = " ".join(rng.choice((record["situations"], record["situations"], record["also_asked_as"]))[lang])
            words = (told.lower() + " " + vocabularies[lang].sentence(rng, 10, 20)).replace(".", "").split()
            words = words[: rng.randint(5, 20)]
        found.append((lang, " ".join(words)))
    rng.shuffle(found)
    return found

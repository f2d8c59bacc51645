"""The part of an article that answers a question. It is shown as it was written; nothing is made up or joined."""

import math
import re
from collections.abc import Collection, Iterator, Mapping

from ..markup import plain_text
from ..search.analysis import Analyzer, fold

MAX_SENTENCES = 3
# Terms from which on a longer part has to say more to be preferred.
FREE_TERMS = 30
# The summary was written as an answer, so that another part has to say clearly more.
OF_SUMMARY = 1.25

_BLOCKS = re.compile(r"\n\s*\n")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_SENTENCES = re.compile(r"(?<=[.!?])[\"”»)]*\s+(?=[\"“«(¿¡]?[A-ZÁÉÍÓÚÑ0-9*_\[])")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_ASKING = {
    "en": _words(
        "am are can could did do does has have how is may must shall should was were what when where which who whom "
        "whose why will would"
    ),
    "es": _words(
        "acaso adonde como cual cuales cuando cuanta cuantas cuanto cuantos debo debemos donde es hay pueden puede "
        "puedo podemos podria que quien quienes tengo tenemos tiene"
    ),
}
# Spanish also begins statements with these; only the accent makes them ask.
_ONLY_ACCENTED = frozenset(
    {"como", "cuando", "donde", "que", "quien", "cuanto", "cual", "es", "hay", "tengo", "tenemos"}
)


def is_question(text: str, lang: str) -> bool:
    """Whether someone asks something: with a question mark, or with a word that questions begin with."""
    if "?" in text or "¿" in text or "؟" in text:
        return True
    first, _, rest = text.strip().partition(" ")
    word = fold(first)
    if not rest or word not in _ASKING.get(lang, ()):
        return False
    return lang != "es" or word not in _ONLY_ACCENTED or first.lower() != word


def coverage(texts: Collection[str], wanted: Mapping[str, float], analyzer: Analyzer) -> float:
    """The share, from 0 to 1, of the weight of the wanted terms that the texts have."""
    whole = sum(wanted.values())
    having = {term for text in texts for term in analyzer.terms(text)}
    return sum(weight for term, weight in wanted.items() if term in having) / whole if whole else 0.0


def best_passage(summary: str, text: str, wanted: Mapping[str, float], analyzer: Analyzer) -> str:
    """The part of an article, as Markdown, that says most about the wanted terms; its summary where none says more.

    It is a list with the line that leads to it, or up to three sentences that follow each other in a paragraph. Of
    two parts that say as much, the shorter one is taken.
    """
    best, most = summary, (OF_SUMMARY * _worth(summary, wanted, analyzer), 0)
    for part in _parts(text):
        worth = (_worth(part, wanted, analyzer), -len(part))
        if worth > most and worth[0] > 0:
            best, most = part, worth
    return best


def _worth(part: str, wanted: Mapping[str, float], analyzer: Analyzer) -> float:
    terms = analyzer.terms(plain_text(part))
    found = sum(wanted[term] for term in set(terms) if term in wanted)
    return found / math.sqrt(max(1.0, len(terms) / FREE_TERMS))


def _parts(text: str) -> Iterator[str]:
    """Every part that could be shown, in order."""
    lead = ""
    for block in _BLOCKS.split(text.strip()):
        if _LIST_ITEM.match(block):
            yield f"{lead}\n\n{block}" if lead else block
            lead = ""
            continue
        lead = block if block.rstrip().endswith(":") else ""
        if lead:
            continue
        sentences = _SENTENCES.split(block)
        for start in range(len(sentences)):
            for end in range(start + 1, min(start + MAX_SENTENCES, len(sentences)) + 1):
                yield " ".join(sentences[start:end])

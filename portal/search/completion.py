"""Finishing the word that somebody is typing."""

from .analysis import words
from .index import SearchIndex, search_index

SHORTEST = 2


def complete(text: str, *, lang: str, index: SearchIndex | None = None) -> str:
    """The text with its last word finished: the most frequent word of the documents that begins with it.

    It stays as it is where the last word is finished: something follows it, or documents have it as it stands. The
    texts of an index for staff must not be finished for anyone else.
    """
    view = (index or search_index()).view(lang)
    last = next(iter(reversed(list(words(text)))), None)
    if view is None or last is None or last.end < len(text) or len(last.folded) < SHORTEST:
        return text
    vocabulary = view.vocabulary()
    if last.folded in vocabulary:
        return text
    longer = [
        (-count, word, spelling) for word, (spelling, count) in vocabulary.items() if word.startswith(last.folded)
    ]
    return text[: last.start] + min(longer)[2] if longer else text

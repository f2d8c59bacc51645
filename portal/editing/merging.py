"""What an article that stays takes over from one that is merged into it. Decided without I/O.

Its texts stay as they are: who merges two articles first writes into the one that stays what the other says better.
How people ask for the other, its title included, and what it is about are taken over, for none of it would be found
any more otherwise.
"""

from .rules import Record

LONGEST_PHRASE = 300


def with_taken_over(stays: Record, merged: Record) -> Record:
    """The article that stays with the phrases, situations, services and intents of the other, after its own."""
    phrases = _titles_first(merged)
    return stays | {
        name: value
        for name, value in {
            "also_asked_as": _all_of(stays.get("also_asked_as", {}), phrases),
            "situations": _all_of(stays.get("situations", {}), merged.get("situations", {})),
            "services": _joined(stays.get("services", []), merged.get("services", [])),
            "intents": _joined(stays.get("intents", []), merged.get("intents", [])),
            # Whoever would have been shown the way out still is.
            "sensitive": stays.get("sensitive") or merged.get("sensitive"),
        }.items()
        if value
    }


def _titles_first(merged: Record) -> dict[str, list[str]]:
    titles = {lang: [text] for lang, text in merged["title"].items() if len(text) <= LONGEST_PHRASE}
    return _all_of(titles, merged.get("also_asked_as", {}))


def _all_of(first: dict[str, list[str]], second: dict[str, list[str]]) -> dict[str, list[str]]:
    return {lang: _joined(first.get(lang, []), second.get(lang, [])) for lang in {**first, **second}}


def _joined(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))

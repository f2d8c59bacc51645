"""How hard a text is to read: sentence lengths, and the school grade it asks of its reader.

The formulas need no word lists, so they give the same figures on every machine. They are a gate for review;
a good score does not prove that a text is clear.
"""

import re

_ABBREVIATIONS = re.compile(r"\b(?:EE\.\s?UU|U\.S|a\.\s?m|p\.\s?m|Dr|Sr|Sra|St|No|vs|e\.g|i\.e)\.", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|\b[\w-]+\.(?:gov|org|com|mil)\b\S*")
_LIST_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?:;])[\"'”»)]*\s+|\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)")
_WORD = re.compile(r"[^\W_]+(?:[-'’.,][^\W_]+)*")
_STRONG = "aeoáéó"
_ACCENTED_WEAK = "íú"
_WEAK = "iuü"


def sentences(markdown: str) -> list[list[str]]:
    """The words of each sentence. A list item or a part closed by a colon or semicolon counts as a sentence."""
    plain = _ADDRESS.sub("link", _LINK.sub(r"\1", markdown))
    plain = _ABBREVIATIONS.sub(lambda match: match.group().replace(".", ""), plain)
    parts = (_LIST_MARK.sub("", part) for part in _SENTENCE_END.split(plain))
    return [words for part in parts if (words := _WORD.findall(part))]


def spanish_syllables(word: str) -> int:
    """Vowel groups of a Spanish word, with a break at each hiatus (two strong vowels, or an accented weak one)."""
    count, previous = 0, ""
    for letter in word.lower():
        if letter in _STRONG:
            count += previous not in _WEAK or previous == ""
        elif letter in _ACCENTED_WEAK:
            count += 1
        elif letter in _WEAK:
            count += previous not in _STRONG + _WEAK or previous == ""
        previous = letter
    return max(count, 1)


def grade(markdown: str, lang: str) -> float:
    """The school grade that the text asks for; 0 for a text without words.

    English: Automated Readability Index (Smith and Senter 1967, AMRL-TR-66-220).
    Spanish: Crawford (1984), from sentences and syllables in a hundred words.
    Raises ValueError for a language without a formula.
    """
    found = sentences(markdown)
    words = [word for sentence in found for word in sentence]
    if not words:
        return 0.0
    if lang == "en":
        characters = sum(sum(letter.isalnum() for letter in word) for word in words)
        return 4.71 * characters / len(words) + 0.5 * len(words) / len(found) - 21.43
    if lang == "es":
        syllables = sum(spanish_syllables(word) for word in words)
        return -0.205 * 100 * len(found) / len(words) + 0.049 * 100 * syllables / len(words) - 3.407
    raise ValueError(f"no reading formula for language {lang!r}")

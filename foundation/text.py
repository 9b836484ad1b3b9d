"""Folding text for search and comparison: case, accents and punctuation removed."""

import unicodedata

_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ł": "l", "Ł": "l", "ð": "d", "þ": "th"}
)


def fold(text: str) -> str:
    """``O'Brien-Ŵyn`` → ``obrien wyn``: what two spellings of one name have in common."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
    kept = []
    for character in plain:
        if unicodedata.combining(character) or character in "'’‘`´.":
            continue
        kept.append(character if character.isalnum() else " ")
    return " ".join("".join(kept).casefold().split())

"""Reference numbers: short, sayable on the telephone, with a check character against mistyping."""

from django.db import connection

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime; no 0/O, 1/I/L


def next_number(series: str) -> str:
    """One number of a series, such as ``REG-26-000042-K``. Concurrent callers get different ones."""
    return next_numbers(series, 1)[0]


def next_numbers(series: str, count: int) -> list[str]:
    """``count`` numbers of a series, given out in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_referencecounter (series, last) VALUES (%s, %s) "
            "ON CONFLICT (series) DO UPDATE SET last = foundation_referencecounter.last + %s RETURNING last",
            [series, count, count],
        )
        last = cursor.fetchone()[0]
    return [format_number(series, number) for number in range(last - count + 1, last + 1)]


def format_number(series: str, number: int) -> str:
    """The series, the number padded to six digits and the check character."""
    body = f"{series}-{number:06d}"
    return f"{body}-{check_character(body)}"


def check_character(body: str) -> str:
    """Over letters and digits, weighted by place modulo a prime: almost every wrong character or swapped pair shows."""
    characters = [character for character in body.upper() if character.isalnum()]
    return ALPHABET[sum((place + 1) * int(character, 36) for place, character in enumerate(characters)) % 31]


def is_valid(reference: str) -> bool:
    """Whether the check character fits (says nothing about whether the number was given out)."""
    body, _, check = reference.strip().upper().rpartition("-")
    return bool(body) and len(check) == 1 and check_character(body) == check

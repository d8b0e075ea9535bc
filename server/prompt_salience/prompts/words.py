"""Words, with the punctuation that follows them.

Decisions:
- A word is letters, digits, marks and underscores, joined by an apostrophe, a hyphen or a full stop between two of
  them (``don't``, ``well-known``, ``3.5``, ``example.com``), or by a comma between digits.
- Closing punctuation that follows a word without white space belongs to it, where white space or the end comes
  next; punctuation that can only close (``，``, ``)``, ``”``) belongs to it everywhere. All other signs are units of
  their own, a run of them together: ``(``, ``==``, ``🙂🙂``.
- Chinese characters and hiragana stand alone, one to a unit: telling their words apart takes a dictionary. Korean and
  katakana words are told apart by white space and by script.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from prompt_salience.prompts.pieces import Piece

_ALONE = r"[\p{Han}\p{Hiragana}]"
_LETTER = r"[[\p{L}\p{M}\p{N}\p{Pc}\u200c\u200d\u00ad]--[\p{Han}\p{Hiragana}]]"
_JOINT = r"(?:['’.‐‑-]|(?<=\p{Nd}),(?=\p{Nd}))"
_BLANK = r"[\s\x1c-\x1f]"
_ONLY_CLOSES = r"[\p{Pe}\p{Pf}、。，．：；？！।॥۔؟،؛]"
_CLOSES = r"[\p{Pe}\p{Pf}\p{Po}]"
_PIECE = regex.compile(
    rf"(?P<word>(?:{_ALONE}[\p{{M}}\u200d]*+|{_LETTER}++(?:{_JOINT}{_LETTER}++)*+)"
    rf"(?:{_CLOSES}++(?={_BLANK}|\Z)|{_ONLY_CLOSES}++)?+)"
    rf"|(?P<sign>(?:(?!{_LETTER}|{_ALONE}|{_BLANK}).)++)",
    regex.VERSION1 | regex.DOTALL,
)


def words(text: str, start: int, end: int) -> Iterator[Piece]:
    """The words and signs of the range ``start:end``; white space lies in none."""
    for found in _PIECE.finditer(text, start, end):
        yield Piece(found.start(), found.end(), "word" if found["word"] else "sign")

"""Sentences, inside the structure of a prompt.

Decisions:
- Structure comes first: a heading, a rule, a table row, a line of code, a tag line is one unit. A bullet, a label or
  a tag that text follows stays with the first sentence of that text.
- A pattern says where a sentence could end: a full stop, closing quotes and brackets, white space. Of these places,
  a full stop that has no other use (``。``, ``।``, ``؟``) always ends one, and about the others ``sentencex``
  decides, for it knows the abbreviations of many languages. A few rules mend what it gets wrong in prompts.
- ``sentencex`` 1.0 fails on white space beyond ASCII and on lone surrogates, and takes quadratic time on some long
  texts. It is given windows of bounded length, in which one character stands for each of these.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex
import sentencex

from prompt_salience.prompts.pieces import Divider, Piece
from prompt_salience.prompts.structure import Block, LineKind, blocks


def sentence_divider(language: str) -> Divider:
    """Divides into sentences; ``language`` is a code such as ``en``, ``de`` or ``pt-BR``."""
    base = language.replace("_", "-").split("-")[0].lower()

    def divide(text: str, start: int, end: int) -> Iterator[Piece]:
        for block in blocks(text, start, end):
            yield from _block_sentences(text, block, base)

    return divide


_WITH_SENTENCES = (LineKind.PROSE, LineKind.BULLET, LineKind.LABEL, LineKind.TAG)


def _block_sentences(text: str, block: Block, language: str) -> Iterator[Piece]:
    kind = "sentence" if block.kind is LineKind.PROSE else block.kind.value
    position = block.start
    if block.kind in _WITH_SENTENCES:
        for cut in _sentence_ends(text[block.body : block.end], language):
            yield Piece(position, block.body + cut, kind)
            position, kind = block.body + cut, "sentence"
    if position < block.end:
        yield Piece(position, block.end, kind)


_CLOSER = r"[\"'\p{Pe}\p{Pf}*_`~]|\[\p{Nd}{1,3}\]|</[\p{L}_][\w:-]*+>"
_UNMISTAKABLE = r"[\p{Sentence_Terminal}--[.!?．‼⁇⁈⁉]]"
# Between a full stop and white space, even what elsewhere opens a quotation closes one: „Geh!“ Sie ging.
_POSSIBLE_END = regex.compile(
    rf"(?:(?P<sure>{_UNMISTAKABLE}[\p{{Sentence_Terminal}}…]*+)(?P<closers>(?:{_CLOSER})*+)"
    rf"|(?P<stop>[.!?．‼⁇⁈⁉…]++)(?P<closers>(?:{_CLOSER}|\p{{Pi}})*+)(?=\s|\Z))\s*+",
    regex.VERSION1,
)
_WINDOW = 4096
_BLANKS = {code: " " for code in range(0x80, 0x3001) if chr(code).isspace()}
_LONE_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_READABLE = _BLANKS | _LONE_SURROGATES


def _sentence_ends(prose: str, language: str) -> Iterator[int]:
    """Where the sentences of a text end, the white space after them included."""
    proposed: set[int] | None = None
    start = 0
    for found in _POSSIBLE_END.finditer(prose):
        if not found["sure"]:
            proposed = _proposed_ends(prose, language) if proposed is None else proposed
            if not _is_end(prose, start, found, proposed):
                continue
        start = found.end()
        yield start


def _proposed_ends(prose: str, language: str) -> set[int]:
    """Where ``sentencex`` would end sentences."""
    plain = prose if prose.isascii() else prose.translate(_READABLE)
    ends: set[int] = set()
    start = 0
    while start < len(plain):
        window = plain[start : start + _WINDOW]
        found = [start + sentence["end_index"] for sentence in sentencex.get_sentence_boundaries(language, window)]
        ends.update(found)
        start = found[-1]
        if start < len(plain):  # The last sentence may go on beyond the window: it is read again from its beginning.
            ends.discard(start)
            start = found[-2] if len(found) > 1 else start
    return ends


_LIST_NUMBER = regex.compile(r"\s*+(?:\p{L}++\s)?+\(?\p{Nd}{1,3}+\.\s*+")
_LAST_WORD = regex.compile(r"(?<![\p{L}\p{M}])[\p{L}\p{M}]{1,8}+\Z")
_ARABIC_INITIAL = regex.compile(r"\p{Arabic}")
_BRACKET = regex.compile(r"\s*+[(\[]")
_QUOTES = frozenset("\"'“”‘’«»")
_BEFORE_NUMBERS = frozenset(
    ("approx", "avg", "excl", "fig", "figs", "incl", "max", "min", "resp", "sec", "temp", "vol")
)
_TITLES = frozenset(("ny", "sdr", "tn", "डा", "डॉ", "प्रो"))


def _is_end(prose: str, start: int, found: regex.Match[str], proposed: set[int]) -> bool:
    """Whether the sentence that began at ``start`` ends where ``found`` says that it could."""
    below = prose[found.end() : found.end() + 1]
    if found["closers"] and below.islower():  # "Stop!" he said.
        return False
    if below.isupper() and ("…" in found["stop"] or _closes_sentence(prose, start, found["closers"])):
        return True
    # The end proposed may come before the closing marks, or after the next sentence's opening quote.
    agreed = not proposed.isdisjoint(range(found.start() + 1, found.end() + 2))
    return agreed and not _is_abbreviation(prose, start, found, below)


def _closes_sentence(prose: str, start: int, closers: str) -> bool:
    """Whether quotes close after a full stop (``He said "Go."``), or brackets around the sentence (``(Go.)``)."""
    return not _QUOTES.isdisjoint(closers) or (closers != "" and _BRACKET.match(prose, start) is not None)


def _is_abbreviation(prose: str, start: int, found: regex.Match[str], below: str) -> bool:
    """Whether a full stop belongs to a number or a word that ``sentencex`` does not know to be short for another."""
    if found["stop"] != "." or found["closers"]:
        return False
    if _LIST_NUMBER.fullmatch(prose, start, found.end()):
        return True
    last = _LAST_WORD.search(prose, max(start, found.start() - 9), found.start())
    word = last[0].lower() if last else ""
    if word in _BEFORE_NUMBERS:
        return below.isdigit() or below.islower()
    return word in _TITLES or (len(word) == 1 and _ARABIC_INITIAL.match(word) is not None)

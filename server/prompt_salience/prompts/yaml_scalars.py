"""Which characters of a YAML scalar's value stand where in the document.

Decisions:
- Plain, quoted, literal (``|``) and folded (``>``) scalars are aligned word by word: words are exact copies, line
  breaks and indentation are matched as far as they are, and a folded line break belongs to the break it replaces.
- Escape sequences belong to the sequence as a whole.
- What does not align belongs to the whole scalar. The aligned text is compared with the value in the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from prompt_salience.prompts.source_map import Origin
from prompt_salience.prompts.traced_text import TracedText, computed, copied, joined

WHITE_SPACE = re.compile(r"[ \t\r\n]*")
CHUNKS = re.compile(r"[^ \t\r\n]+|[ \t\r\n]+")
DOUBLE_QUOTED_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\n])")
SINGLE_QUOTED_ESCAPE = re.compile("''")


def traced_scalar(node: yaml.ScalarNode, raw: str, origin: Origin) -> TracedText:
    """The value of ``node`` as traced text; ``raw`` is the text of the place of ``origin``, as written."""
    source = copied(raw, origin)
    if raw == node.value:
        return source
    text = joined(_pieces(node, source))
    return text if text == node.value else computed(node.value, origin)


def _pieces(node: yaml.ScalarNode, source: TracedText) -> Iterator[str]:
    if node.style in ("'", '"') and "\n" not in source:
        yield from _quoted(source, node.style)
    elif node.style in ("|", ">"):
        header = str.find(source, "\n") + 1
        yield from _aligned(node.value, source, header)
    else:
        yield from _aligned(node.value, source, 1 if node.style else 0)


def _quoted(source: TracedText, quote: str) -> Iterator[str]:
    position, end = 1, len(source) - 1
    pattern = SINGLE_QUOTED_ESCAPE if quote == "'" else DOUBLE_QUOTED_ESCAPE
    for match in pattern.finditer(source, 1, end):
        yield source[position : match.start()]
        decoded = yaml.safe_load(f"{quote}{match.group()}{quote}")
        yield _as_computed(decoded, source, match.start(), match.end())
        position = match.end()
    yield source[position:end]


def _aligned(value: str, source: TracedText, position: int) -> Iterator[str]:
    chunks: list[str] = CHUNKS.findall(value)
    for chunk in chunks:
        gap = _gap_end(source, position)
        if chunk.isspace():
            yield from _white_space(chunk, source, position, gap)
            position = gap
        elif str.startswith(source, chunk, gap):
            position = gap + len(chunk)
            yield source[gap:position]
        else:
            return


def _gap_end(source: TracedText, position: int) -> int:
    match = WHITE_SPACE.match(source, position)
    return match.end() if match else position


def _white_space(chunk: str, source: TracedText, start: int, end: int) -> Iterator[str]:
    """White space of the value: its breaks are matched one by one, the indentation after the last from behind."""
    raw = str.__getitem__(source, slice(start, end))
    indent = len(chunk) - len(chunk.rstrip(" "))
    breaks = [start + match.start() for match in re.finditer("\n", raw)]
    body = chunk[: len(chunk) - indent]
    for index, character in enumerate(body):
        if character == "\n" and index < len(breaks):
            yield source[breaks[index] : breaks[index] + 1]
        else:
            yield _as_computed(character, source, start, end)
    if indent and raw.endswith(chunk[len(body) :]):
        yield source[end - indent : end]
    elif indent:
        yield _as_computed(chunk[len(body) :], source, start, end)


def _as_computed(text: str, source: TracedText, start: int, end: int) -> TracedText:
    origin = source._runs[0].cut(start, max(end, start + 1)).narrowed()  # noqa: SLF001
    return computed(text, origin) if origin else TracedText(text)

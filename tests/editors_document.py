"""What ``docs/editors.md`` says: its sections, its blocks and its tables, for the tests that keep it true."""

from __future__ import annotations

import re
from pathlib import Path

PATH = Path(__file__).parents[1] / "docs" / "editors.md"
_HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)


def section(heading: str) -> str:
    """The text between a heading and the next one."""
    parts = _HEADING.split(PATH.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))[heading]


def blocks(heading: str, language: str) -> list[str]:
    """The code in a language in the section under a heading."""
    return re.findall(rf"^```{language}\n(.*?)^```$", section(heading), re.DOTALL | re.MULTILINE)


def rows(heading: str) -> list[tuple[str, ...]]:
    """The rows of the tables in the section under a heading whose first cell is a name, without the backticks."""
    lines = [line for line in section(heading).splitlines() if line.startswith("| `")]
    return [tuple(cell.strip().strip("`") for cell in line.strip("|").split("|")) for line in lines]

"""Draw what a command prints in a colour terminal as an SVG file, so that the README shows the real thing.

Usage: python docs/picture.py docs/explain.svg -- prompt-salience explain samples/menu/1-mistake.j2
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 98
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"


def printed(command: list[str]) -> str:
    """Run a command and return what it prints, colours included.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    options = ["--color", "always", "--width", str(WIDTH)]
    terminal = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    run = subprocess.run([*command, *options], check=True, capture_output=True, encoding="utf-8", env=terminal)
    return run.stdout


def drawn(output: str, title: str) -> str:
    """Draw terminal output as SVG, with the reader's own monospaced font and no download."""
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, color_system="truecolor")
        console.print(Text.from_ansi(output.rstrip("\n")), soft_wrap=True)
    svg = console.export_svg(title=title)
    without_downloads = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"font-family:\s*Fira Code[^;]*;", f"font-family: {FONT};", without_downloads)


def main() -> None:
    """Draw one picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    title = " ".join(arguments.command)
    arguments.picture.write_text(drawn(printed(arguments.command), title), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Keeping the link for ourselves: libraries get other standard streams than those the process was started with.

Decisions:
- What a library prints, in Python or in C++, goes to standard error, and what one reads is empty. Otherwise a line that
  somebody prints would stand between the bytes of a message.
- The link's descriptors are copies that no program started from here inherits.
"""

from __future__ import annotations

import io
import os
import sys
from typing import BinaryIO, cast

_STDIN, _STDOUT, _STDERR = 0, 1, 2


def take_link() -> tuple[BinaryIO, BinaryIO]:
    """The streams that the process was started with, to read and to write; nobody else can reach them afterwards."""
    link = os.fdopen(os.dup(_STDIN), "rb"), os.fdopen(os.dup(_STDOUT), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, _STDIN)
    os.close(nothing)
    os.dup2(_STDERR, _STDOUT)
    # The process ends without flushing: a print must not wait for more.
    cast("io.TextIOWrapper", sys.stdout).reconfigure(line_buffering=True)
    return link

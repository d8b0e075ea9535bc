r"""Text made safe to show: nothing in a prompt or a response may steer the terminal or deceive the eye.

Decisions:
- Control characters, escape sequences, and the characters that reorder text (bidirectional controls) are shown
  as escapes such as ``\x1b`` or ``\u202e``. So is what the output's encoding cannot express.
- Line ends and tabs are the layout's business and stay as they are.
"""

from __future__ import annotations

import regex

_UNSAFE = regex.compile(
    r"[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\uFEFF--[\n\t]]", regex.V1
)


def escaped(text: str, encoding: str = "utf-8") -> str:
    """``text`` with everything that is unsafe, or that ``encoding`` cannot express, written as an escape."""
    safe: str = _UNSAFE.sub(lambda match: _escape(match[0]), text)
    return safe.encode(encoding, "backslashreplace").decode(encoding)


def expressible(symbol: str, fallback: str, encoding: str) -> str:
    """``symbol`` where the output's encoding has it, else an ASCII stand-in."""
    return symbol if escaped(symbol, encoding) == symbol else fallback


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"

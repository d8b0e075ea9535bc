"""The names under which a compiled template reaches the sandbox.

Decisions:
- Hooks are filters, because compiled templates call filters directly. Their names hold a space, so that no
  template can write them.
"""

from __future__ import annotations

TEXT = "literal text"
BEGIN = "begin expression"
END = "end expression"
EMIT = "emit expression"
EMIT_BLOCK = "emit block"
MARK = "mark statement"
TURN = "turn loop"
CONCAT = "concatenate strings"
HANDLE = "handle value"
SPREAD = "spread value"

ALL = (TEXT, BEGIN, END, EMIT, EMIT_BLOCK, MARK, TURN, CONCAT, HANDLE, SPREAD)

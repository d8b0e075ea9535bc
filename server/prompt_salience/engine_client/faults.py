"""Errors of the engine on the wire: raised as the same class, with the same words, on the other side.

Decisions:
- What a caller can act on keeps its class: engine errors, a value that means nothing, a cancelled request.
- Anything else is a mistake in this program. People are told so in a sentence, and the log has the rest.
- Memory that has run out has many faces: Python's MemoryError, and XLA's RESOURCE_EXHAUSTED.
"""

from __future__ import annotations

from prompt_salience.engine_client.cancellation import Cancelled
from prompt_salience.engine_client.protocol import ContextOverflowError, EngineError, ModelLoadError
from prompt_salience.engine_client.wire import Fault

_ENGINE_ERROR = -32000
_INVALID_PARAMS = -32602
_INTERNAL_ERROR = -32603
_CANCELLED = -32800
_CODES: dict[type[Exception], int] = {
    ContextOverflowError: _ENGINE_ERROR,
    ModelLoadError: _ENGINE_ERROR,
    EngineError: _ENGINE_ERROR,
    ValueError: _INVALID_PARAMS,
    Cancelled: _CANCELLED,
}
_CLASSES = {kind.__name__: kind for kind in _CODES}
_NO_MEMORY = (
    "The computer has not enough memory for this. Close other programs, shorten the prompt, or choose a smaller model."
)


def is_expected(error: Exception) -> bool:
    """Whether an error is part of what the engine promises, and needs no traceback in the log."""
    return isinstance(error, (EngineError, Cancelled)) or _no_memory(error)


def fault_of(error: Exception) -> Fault:
    """What to send for an error."""
    if _no_memory(error):
        return Fault(_ENGINE_ERROR, _NO_MEMORY, EngineError.__name__)
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return _fault(error, kind.__name__, code)
    message = f"The engine made a mistake ({type(error).__name__}: {error}). The log has the details; please report it."
    return Fault(_INTERNAL_ERROR, message, EngineError.__name__)


def _fault(error: Exception, kind: str, code: int) -> Fault:
    if isinstance(error, ContextOverflowError):
        return Fault(code, str(error), kind, error.tokens, error.context_length)
    return Fault(code, str(error), kind)


def _no_memory(error: Exception) -> bool:
    if isinstance(error, EngineError):
        return False
    return isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)


def error_of(fault: Fault) -> Exception:
    """The error that was sent."""
    if fault.kind == ContextOverflowError.__name__:
        overflow = ContextOverflowError(fault.tokens, fault.context_length)
        overflow.args = (fault.message,)
        return overflow
    return _CLASSES.get(fault.kind, EngineError)(fault.message)

"""Prompt Salience: which parts of a prompt made Gemma answer as it did.

``explain`` is the whole tool in one call, and ``verify`` checks what it says; ``prompt-salience`` is the same from a
terminal. All are loaded on first use, so that ``import prompt_salience`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prompt_salience.version import VERSION

if TYPE_CHECKING:
    from prompt_salience.api import explain, verify
    from prompt_salience.attribution.explanation import Explanation

__version__ = VERSION
__all__ = ["Explanation", "__version__", "explain", "verify"]


def __getattr__(name: str) -> Any:
    """Load the public names on first use: they bring NumPy and, on their first call, the engine."""
    if name in {"explain", "verify"}:
        from prompt_salience import api

        return getattr(api, name)
    if name == "Explanation":
        from prompt_salience.attribution.explanation import Explanation

        return Explanation
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)

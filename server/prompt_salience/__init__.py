"""Prompt Salience: which parts of a prompt made Gemma answer as it did.

``explain`` is the whole tool in one call; ``prompt-salience`` is the same from a terminal. Both are loaded on
first use, so that ``import prompt_salience`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prompt_salience.version import VERSION

if TYPE_CHECKING:
    from prompt_salience.api import explain
    from prompt_salience.attribution.explanation import Explanation

__version__ = VERSION
__all__ = ["Explanation", "__version__", "explain"]


def __getattr__(name: str) -> Any:
    """Load the public names on first use: they bring NumPy and, on their first call, the engine."""
    if name == "explain":
        from prompt_salience.api import explain

        return explain
    if name == "Explanation":
        from prompt_salience.attribution.explanation import Explanation

        return Explanation
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)

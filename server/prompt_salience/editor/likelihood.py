"""How much more or less likely an edit made the response, in words."""

from __future__ import annotations

from prompt_salience.report.likelihood import times_likely


def likelihood_words(change: float) -> str:
    """A difference of natural logarithms as ``response 3.2× less likely``."""
    return f"response {times_likely(change)}"

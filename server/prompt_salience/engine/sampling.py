"""How the next token is chosen from the model's log-probabilities: pure functions of NumPy arrays.

Decisions:
- Temperature first, then top-k, then top-p, each on what the one before left.
- Ties are broken towards the lower token id, by stable sorting, so that a seed gives the same text again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from prompt_salience.engine_client.protocol import SamplingSettings


def check_settings(settings: SamplingSettings) -> None:
    """Refuse settings that mean nothing.

    Raises:
        ValueError: naming the setting, its value and what it may be.
    """
    _check("max_new_tokens", settings.max_new_tokens, settings.max_new_tokens >= 1, "at least 1")
    _check("temperature", settings.temperature, 0 <= settings.temperature < np.inf, "0 (greedy) or more")
    _check("top_k", settings.top_k, settings.top_k >= 0, "0 (all tokens) or more")
    _check("top_p", settings.top_p, 0 < settings.top_p <= 1, "above 0 and at most 1")
    _check("seed", settings.seed, settings.seed >= 0, "0 or more")
    _check("stop_strings", settings.stop_strings, all(settings.stop_strings), "none of them empty")


def _check(name: str, value: object, good: bool, wanted: str) -> None:
    if not good:
        message = f"{name} is {value}; it must be {wanted}."
        raise ValueError(message)


def choices(log_probs: NDArray[np.float64], settings: SamplingSettings) -> NDArray[np.float64]:
    """The probabilities the next token is drawn with.

    Args:
        log_probs: natural log-probabilities under the model, shape [vocabulary].
        settings: a temperature above zero, top-k and top-p.

    Returns:
        shape [vocabulary], summing to one; zero for tokens that were left out.
    """
    weights = np.exp((log_probs - log_probs.max()) / settings.temperature)
    order = np.argsort(-log_probs, kind="stable")
    kept = order[: settings.top_k] if settings.top_k else order
    shares = weights[kept] / weights[kept].sum()
    kept = kept[: _nucleus(shares, settings.top_p)]
    probabilities = np.zeros(len(weights), np.float64)
    probabilities[kept] = weights[kept] / weights[kept].sum()
    return probabilities


def _nucleus(shares: NDArray[np.float64], top_p: float) -> int:
    """How many of the largest shares it takes to reach ``top_p``."""
    if top_p >= 1:
        return len(shares)
    return int(np.searchsorted(np.cumsum(shares), top_p)) + 1


def chosen(log_probs: NDArray[np.float64], settings: SamplingSettings, random: np.random.Generator) -> int:
    """The next token's id: the likeliest at temperature 0, otherwise drawn."""
    if settings.temperature == 0:
        return int(np.argmax(log_probs))
    return int(random.choice(len(log_probs), p=choices(log_probs, settings)))

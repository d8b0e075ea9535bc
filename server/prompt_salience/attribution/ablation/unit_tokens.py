"""Which tokens are a unit's, to hide them from the model, and to share the unit's score among.

Decisions:
- A token that lies in several units is hidden with the one that most of its characters lie in, the first of equals.
- A token of white space alone is hidden with the unit that it lies in; between units it stays.
- A unit's score is shared among its tokens by their characters, so that finer units show it spread evenly. A token
  that lies in several units makes one equation of several: the shares are the smallest that give every unit its score,
  or, where tokens are too coarse for that, come nearest to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.masks import Masks
from prompt_salience.attribution.aggregation import Contacts, contacts, inked_spans

Span = tuple[int, int]


def hidden_tokens(
    masks: Masks, text: str, token_spans: Sequence[Span], unit_spans: Sequence[Span]
) -> NDArray[np.bool_]:
    """Which tokens each mask hides.

    Args:
        masks: shape (masks, units).
        text: what the spans count in, code points.
        token_spans: of all tokens; empty for a special one.
        unit_spans: in order and without overlap.

    Returns:
        Shape (masks, tokens).
    """
    homes = _homes(text, token_spans, unit_spans)
    hidden = np.zeros((len(masks), len(token_spans)), np.bool_)
    at_home = homes >= 0
    hidden[:, at_home] = ~masks[:, homes[at_home]]
    return hidden


def _homes(text: str, token_spans: Sequence[Span], unit_spans: Sequence[Span]) -> NDArray[np.int64]:
    """The unit of each token, -1 for one that lies in none."""
    inked = inked_spans(text, token_spans)
    blank = inked[:, 0] == inked[:, 1]
    homes = np.full(len(token_spans), -1)
    touching = contacts(inked, unit_spans)
    # The last write wins, so the contact with the most characters comes last, and of equals the first unit's.
    order = np.lexsort((-touching.unit, touching.characters))
    homes[touching.token[order]] = touching.unit[order]
    whole = contacts(token_spans, unit_spans)
    homes[whole.token[blank[whole.token]]] = whole.unit[blank[whole.token]]
    return homes


def shared_among_tokens(
    scores: NDArray[np.float64], text: str, token_spans: Sequence[Span], unit_spans: Sequence[Span]
) -> NDArray[np.float64]:
    """Token scores whose sums over units are the units' scores.

    Args:
        scores: shape (targets, units).
        text: what the spans count in, code points.
        token_spans: of all tokens; empty for a special one.
        unit_spans: in order and without overlap.

    Returns:
        Shape (targets, tokens); zero for a token that lies in no unit.
    """
    shares = np.zeros((len(scores), len(token_spans)))
    touching = contacts(inked_spans(text, token_spans), unit_spans)
    for group in _groups(touching, len(unit_spans)):
        units, unit_at = np.unique(touching.unit[group], return_inverse=True)
        tokens, token_at = np.unique(touching.token[group], return_inverse=True)
        fractions, characters = np.zeros((len(units), len(tokens))), np.zeros(len(tokens))
        fractions[unit_at, token_at] = touching.fraction[group]
        np.add.at(characters, token_at, touching.characters[group])
        weights = np.sqrt(characters)
        shares[:, tokens] = np.linalg.lstsq(fractions * weights, scores[:, units].T)[0].T * weights
    return shares


def _groups(touching: Contacts, units: int) -> Iterator[NDArray[np.int64]]:
    """Contacts in groups that share neither token nor unit: mostly those of one unit."""
    same_token = touching.token[1:] == touching.token[:-1]
    joined = np.zeros(units + 1, np.bool_)
    joined[touching.unit[1:][same_token]] = True
    group_of_unit = np.cumsum(~joined)
    order = np.argsort(group_of_unit[touching.unit], kind="stable")
    sizes = np.bincount(group_of_unit[touching.unit])
    return iter([group for group in np.split(order, np.cumsum(sizes)[:-1]) if len(group)])

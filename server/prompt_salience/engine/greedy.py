"""The likeliest token each time, with drafts checked many tokens at once: the tokens of plain greedy decoding.

Plain greedy decoding reads the prompt piece by piece and every token of the response by itself, and takes the likeliest
next token.

Decisions:
- One pass reads the last token and a draft of the next ones, and gives the likeliest token after each. The draft stands
  as far as it agrees; where it ends, the likeliest token comes after it, so that no pass is in vain.
- A pass over several tokens rounds differently from passes over one, and so does all that is read after it. A token is
  taken from such numbers only if its logit leads the next best by more than ``_LEAST_LEAD``. Otherwise, what was read
  in drafts is read again the plain way, and the plain numbers decide.
- In float32, rounding moved leads by at most 1e-5 in the models of the tests and in the one that comes with the
  package, and by 1.2e-4 in a random one of 18 layers whose logits go into the hundreds: the least lead is 80 times
  that. In bfloat16 it moved them by 0.14, and a lead wide enough would leave most drafts in doubt: 16-bit models are
  decoded the plain way.
- Log-probabilities are reported from whichever pass decided. They differ by less than 2e-4 between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

import numpy as np
from jax import Array
from numpy.typing import NDArray

from prompt_salience.engine.choice import ChosenToken, check_finite
from prompt_salience.engine.drafts import Drafts
from prompt_salience.engine.forward import Decoder
from prompt_salience.engine.key_value_cache import CachedSequence
from prompt_salience.engine.logits import likeliest
from prompt_salience.engine_client.protocol import Progress

_LEAST_LEAD = 1e-2


@dataclass(frozen=True, slots=True)
class Likeliest:
    """The likeliest token after each position of a pass, its log-probability, and its lead over the next best."""

    ids: NDArray[np.int32]
    log_probs: NDArray[np.float64]
    leads: NDArray[np.float64]

    def agreement(self, draft: Sequence[int]) -> int:
        """How many tokens of a draft, from its first, are beyond doubt the likeliest."""
        agrees = zip(self.ids.tolist(), self.leads.tolist(), draft, strict=False)
        return sum(1 for _ in takewhile(lambda row: row[0] == row[2] and row[1] > _LEAST_LEAD, agrees))

    def choice(self, index: int) -> ChosenToken:
        """The likeliest token after one position.

        Raises:
            EngineError: its log-probability is no number.
        """
        check_finite(float(self.log_probs[index]))
        return ChosenToken(int(self.ids[index]), float(self.log_probs[index]))


def greedy_tokens(
    model: Decoder, sequence: CachedSequence, drafts: Drafts, budget: int, progress: Progress
) -> Iterator[ChosenToken]:
    """``budget`` tokens after a prompt that was read."""
    progress("generating", 0, budget)
    drafting = model.weights.embedding.dtype.itemsize >= np.dtype(np.float32).itemsize
    written, new = 0, [_likeliest(model, sequence.last).choice(0)]
    while True:
        yield from new
        written += len(new)
        if written == budget:
            return
        report = partial(progress, "generating", written, budget)
        report()
        drafts.write([token.id for token in new])
        draft = drafts.next(budget - written - 1) if drafting else ()
        new = _written_next(model, sequence, new[-1].id, draft, report)


def _written_next(
    model: Decoder, sequence: CachedSequence, token_id: int, draft: tuple[int, ...], report: Callable[[], None]
) -> list[ChosenToken]:
    """Read the token that was written last, and a draft; what comes next, at least one token."""
    hidden = sequence.tried((token_id, *draft), report)
    found = _likeliest(model, hidden)
    agreed = found.agreement(draft)
    sequence.accept((token_id, *draft[:agreed]), hidden)
    return [*(found.choice(index) for index in range(agreed)), _decided(model, sequence, found, agreed, report)]


def _decided(
    model: Decoder, sequence: CachedSequence, found: Likeliest, index: int, report: Callable[[], None]
) -> ChosenToken:
    """The token after the last one; where the pass leaves a doubt, by the plain way."""
    if sequence.plain or found.leads[index] > _LEAST_LEAD:
        return found.choice(index)
    sequence.settle(report)
    return _likeliest(model, sequence.last).choice(0)


def _likeliest(model: Decoder, hidden: Array) -> Likeliest:
    ids, log_probs, leads = likeliest(model.config, model.weights.embedding, model.weights.final_norm, hidden)
    return Likeliest(np.asarray(ids), np.asarray(log_probs, np.float64), np.asarray(leads, np.float64))

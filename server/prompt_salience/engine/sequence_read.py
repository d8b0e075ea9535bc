"""A sequence that was read, with what every method begins from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jax import Array
from numpy.typing import NDArray

from prompt_salience.engine.forward import Decoder, ForwardPass
from prompt_salience.engine.gradients import input_gradients
from prompt_salience.engine.head_rows import HeadRows
from prompt_salience.engine.lengths import bucket_length, target_count
from prompt_salience.engine.targets import Target
from prompt_salience.engine_client.protocol import Method, Progress


@dataclass(frozen=True)
class SequenceRead:
    """A model, a sequence, and its forward pass, which covers the sequence except perhaps its last tokens."""

    model: Decoder
    token_ids: tuple[int, ...]
    run: ForwardPass

    @cached_property
    def head(self) -> HeadRows:
        """The rows of its targets."""
        return HeadRows(self.model, self.token_ids, self.run)

    @cached_property
    def modified(self) -> SequenceRead:
        """The same, to be differentiated by the rules of ``modified_backward``."""
        config = self.model.config
        block = replace(config.block, modified=True)
        return replace(self, model=replace(self.model, config=replace(config, block=block)))

    def gradients(self, targets: Sequence[Target], progress: Progress) -> Array:
        """Gradients of the targets' log-probabilities by the scaled embeddings: one backward pass.

        Returns:
            shape [targets, length, hidden], where the length covers every row of a target, and there may be more
            targets than were asked for.
        """
        last = max(end for _, end in targets) - 1
        length = min(bucket_length(last), self.run.embeddings.shape[0])
        seeds = self.head.seeds(targets, target_count(len(targets)), length)
        return input_gradients(self.model, self.run, seeds, progress)


@dataclass(frozen=True)
class Scored:
    """What a method gives some targets.

    Attributes:
        scores: shape [targets, length], for at least as many targets as were asked for; what stands at or after a
            target's last token does not count.
        residuals: shape [targets], or None: by what share of the difference that they explain the scores miss it.
    """

    scores: NDArray[np.float64]
    residuals: NDArray[np.float64] | None = None


Scorer = Callable[[SequenceRead, Sequence[Target], Progress], Mapping[Method, Scored]]
"""Scores of targets; of other methods too, where they cost nothing more."""

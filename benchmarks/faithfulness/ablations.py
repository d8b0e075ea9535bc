"""How likely a question's target is when only some units of its prompt are kept.

Decisions
- Masks are evaluated in the order of what they leave, since versions of like length are read together for less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from questions import Question

from prompt_salience.ablating import ablations
from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.engine_client.protocol import Engine
from prompt_salience.explaining import Span


@dataclass(frozen=True)
class Ablations:
    """Prompts of one question with units left out, and how they are left out."""

    engine: Engine
    question: Question
    operator: Operator

    def log_probs(self, units: Sequence[Span], kept: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Natural logarithms of the target's probability.

        Args:
            units: of the prompt, in order.
            kept: whether each mask keeps each unit, shape (masks, units).

        Returns:
            Shape (masks,).
        """
        order = np.argsort(kept @ np.array([end - start for start, end in units]))
        *_, last = ablations(self.engine, self.question.run, units, kept[order], AblationSettings(self.operator))
        found = np.empty(len(kept))
        found[order] = last.log_probs[:, slice(*self._target_tokens())].sum(axis=1)
        return found

    def _target_tokens(self) -> Span:
        """The first token of the response that the target touches, and one past the last."""
        start, end = self.question.target
        tokens = enumerate(self.question.run.completion.tokens)
        touching = [place for place, token in tokens if token.start < end and token.end > start]
        return touching[0], touching[-1] + 1

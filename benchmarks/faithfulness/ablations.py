"""How likely a question's target is when only some units of its prompt are kept.

Decisions
- Units are taken out of the prompt's text, which is tokenised anew; the response keeps its token ids.
- What was evaluated is remembered by what the model read, so that methods that agree cost nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from questions import Question

from prompt_salience.engine_client.protocol import Engine
from prompt_salience.explaining import Span
from prompt_salience.prompts.removal import without


@dataclass
class Ablations:
    """The target's log-probability after prompts with units taken out."""

    engine: Engine
    question: Question
    known: dict[str, float] = field(default_factory=dict)

    def log_probs(self, units: list[Span], kept: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Natural logarithms of the target's probability.

        Args:
            units: of the prompt, in order.
            kept: whether each mask keeps each unit, shape (masks, units).

        Returns:
            Shape (masks,).
        """
        return np.array([self._log_prob([units[unit] for unit in np.flatnonzero(~mask)]) for mask in kept])

    def _log_prob(self, removed: list[Span]) -> float:
        prompt = self.question.run.prompt
        text = without(prompt.text, prompt.source_map, prompt.messages, removed)
        if text not in self.known:
            self.known[text] = self._evaluated(text)
        return self.known[text]

    def _evaluated(self, prompt: str) -> float:
        read = [token.id for token in self.engine.tokenize(prompt, start=True)]
        written = self.question.run.completion.tokens
        start, end = self.question.target
        places = [place for place, token in enumerate(written) if token.start < end and token.end > start]
        log_probs = self.engine.log_probs([*read, *(token.id for token in written)])
        return float(log_probs[len(read) - 1 + np.array(places)].sum())

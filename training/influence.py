"""Which prompt lines made the answer: by gradient, and by leaving each out.

Decisions
- A token's influence is the L2 norm of d log p(target) / d embedding, the embedding as it is before
  Gemma scales it; a line's is the sum over its tokens. A newline counts to the line it ends.
- Only lines of the prompt that hold something are ranked, ``<bos>`` is none of them.
- Leaving a line out removes it with its newline; prompt and answer are tokenized anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring import Model


@dataclass(frozen=True)
class Question:
    """A prompt, the answer's text up to the target, and the target, whose probability is explained."""

    prompt: str
    lead: str
    target: str

    @property
    def lines(self) -> list[str]:
        """Return the prompt's lines."""
        return self.prompt.split("\n")


def _ids_and_target(model: Model, question: Question) -> tuple[list[int], tuple[int, int]]:
    before = model.encode(question.prompt + question.lead)
    whole = model.encode(question.prompt + question.lead + question.target)
    return whole, (len(before), len(whole))


def _line_of_tokens(model: Model, question: Question) -> np.ndarray:
    """Return the line number of each prompt token, ``<bos>`` left out."""
    pieces = model.pieces.encode(question.prompt, return_type="offset_mapping")
    starts = [start for start, _ in pieces["offsets"]]
    newlines = np.array([place for place, sign in enumerate(question.prompt) if sign == "\n"], int)
    return np.searchsorted(newlines, np.array(starts, int), side="left")


def gradient_scores(model: Model, questions: Sequence[Question]) -> list[np.ndarray]:
    """Return the influence of every prompt line by the norm of the gradient; empty lines get minus infinity."""
    pairs = [_ids_and_target(model, question) for question in questions]
    slopes = model.gradients([ids for ids, _ in pairs], [target for _, target in pairs])
    found = []
    for question, slope in zip(questions, slopes, strict=True):
        lines = _line_of_tokens(model, question)
        norms = np.linalg.norm(slope[1 : 1 + len(lines)], axis=-1)
        sums = np.bincount(lines, norms, len(question.lines))
        found.append(np.where([bool(line.strip()) for line in question.lines], sums, -np.inf))
    return found


def _target_log_probabilities(model: Model, questions: Sequence[Question]) -> np.ndarray:
    pairs = [_ids_and_target(model, question) for question in questions]
    scores = model.log_probabilities([ids for ids, _ in pairs], [target for _, target in pairs])
    return np.array([score.sum() for score in scores])


def _without_line(question: Question, number: int) -> Question:
    lines = question.lines
    return Question("\n".join(lines[:number] + lines[number + 1 :]), question.lead, question.target)


def removal_losses(model: Model, questions: Sequence[Question]) -> list[np.ndarray]:
    """Return by how much log p(target) falls when each prompt line is removed; empty lines get minus infinity."""
    asked = [
        (index, number)
        for index, question in enumerate(questions)
        for number, line in enumerate(question.lines)
        if line.strip()
    ]
    whole = _target_log_probabilities(model, questions)
    cut = _target_log_probabilities(model, [_without_line(questions[index], number) for index, number in asked])
    losses = [np.full(len(question.lines), -np.inf) for question in questions]
    for (index, number), value in zip(asked, cut, strict=True):
        losses[index][number] = whole[index] - value
    return losses


def rank_of(scores: np.ndarray, line: int) -> int:
    """Return the rank of a line, 1 for the most influential."""
    return int((scores > scores[line]).sum()) + 1

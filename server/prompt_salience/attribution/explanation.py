"""An explanation: a run, a method, and how much each unit of its prompt influenced each target.

Decisions:
- Everything a picture needs is in here, so that reports never ask the engine or the disk.
- Token spans and unit spans are code points of ``prompt + response``.
- The first target is the whole response; after it comes one for each unit of the response at the same granularity,
  and last, where the caller asked for a text that is none of these, that text. A target that is contrasted comes after
  all of them, and stands where one of them does.
- ``chosen`` is the target that the caller asked about, and that pictures show.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.record import Ablation
from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.engine_client.protocol import Method, ModelInfo, SamplingSettings, StopReason
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import Message
from prompt_salience.prompts.source_map import SourceMap
from prompt_salience.prompts.units import Granularity, Part, Unit


@dataclass(frozen=True, slots=True)
class SequenceToken:
    """A token the model read or wrote; ``start:end`` counts code points of prompt + response."""

    id: int
    text: str
    start: int
    end: int
    part: Part


@dataclass(frozen=True, eq=False)
class TargetScores:
    """What one target owes to the sequence.

    Attributes:
        start: first code point of the target in prompt + response.
        end: code point after its last.
        log_prob: natural logarithm of the target's probability, given all before it.
        token_scores: float64, one for each token of the sequence, ``<bos>`` included.
        unit_scores: float64, one for each unit of the explanation.
        influence: float64, one for each unit; the absolute values of the prompt's units sum to one (or are all
            zero), those of all other units are zero. Negative only with a signed method.
        residual: by what share of the difference that they explain the scores miss it, of methods that tell.
        contrast: the text rather than which the target stands there, if that was asked; the scores and the
            log-probability are then differences between the two.
    """

    start: int
    end: int
    log_prob: float
    token_scores: NDArray[np.float64]
    unit_scores: NDArray[np.float64]
    influence: NDArray[np.float64]
    residual: float | None = None
    contrast: str = ""


@dataclass(frozen=True, eq=False)
class Explanation:
    """A run and its influence scores.

    ``chosen`` is an index into ``targets``; ``documents`` are the texts that the source map points into, by path;
    ``hint`` says what makes the result doubtful, such as a prompt far from what the model knows; ``messages``,
    ``pattern`` and ``language`` are what prompt and response were divided by; ``sampling`` is how the model chooses
    a response, and ``written`` whether it wrote this one after this very prompt: not one given by hand, or kept.

    ``ablation`` is what a method that ablates has measured, on the units of ``granularity``. A unit's score is shared
    evenly among its characters, so finer units say nothing of their own.
    """

    model: ModelInfo
    method: Method
    granularity: Granularity
    aggregation: Aggregation
    prompt: str
    response: str
    stop_reason: StopReason
    source_map: SourceMap
    tokens: tuple[SequenceToken, ...]
    units: tuple[Unit, ...]
    targets: tuple[TargetScores, ...]
    chosen: int = 0
    case: str = ""
    hint: str = ""
    documents: dict[str, Document] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    pattern: str | None = None
    language: str = "en"
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    written: bool = True
    ablation: Ablation | None = None

    @property
    def of_whole(self) -> bool:
        """Whether the chosen target is the whole response, contrasted or not."""
        whole, chosen = self.targets[0], self.targets[self.chosen]
        return self.chosen == 0 or bool(chosen.contrast and (chosen.start, chosen.end) == (whole.start, whole.end))

    @property
    def text(self) -> str:
        """Prompt and response, one after the other: what all offsets count in."""
        return self.prompt + self.response

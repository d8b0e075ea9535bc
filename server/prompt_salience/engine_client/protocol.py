"""The words that the engine and its callers share.

Decisions:
- Plain frozen dataclasses of standard types and NumPy arrays: both sides can be tested without the other.
- A sequence is prompt + response; token spans are code points of that text, token indices count from ``<bos>`` = 0.
- The engine holds no document: every request carries the token ids it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a loaded model is, and on how many devices; ``parameters`` is a count, ``context_length`` one of tokens."""

    name: str
    family: str
    parameters: int
    dtype: str
    context_length: int
    path: str
    instruction_tuned: bool = False
    devices: int = 1


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a text.

    ``start:end`` is the range of the text it stands for, in code points. The byte tokens of one character all
    carry the range of that character. A special token such as ``<bos>`` that stands for no text has
    ``special`` set and an empty range.
    """

    id: int
    text: str
    start: int
    end: int
    special: bool = False


class Method(StrEnum):
    """How scores are computed.

    Those of gradients belong to tokens, and their formulas stand in ``prompt_salience.engine.methods``; those of
    ablations belong to units, in ``prompt_salience.attribution.ablation``.
    """

    GRAD_L2 = "grad_l2"
    GRAD_DOT_INPUT = "grad_dot_input"
    GIM = "gim"
    INTEGRATED_GRADIENTS = "integrated_gradients"
    SMOOTH_GRAD = "smooth_grad"
    ATTENTION_ROLLOUT = "attention_rollout"
    LEAVE_ONE_OUT = "leave_one_out"
    LIME = "lime"
    SHAP = "shap"

    @property
    def signed(self) -> bool:
        """Whether a score may be negative: speak against the target."""
        gradients = {Method.GRAD_DOT_INPUT, Method.GIM, Method.INTEGRATED_GRADIENTS}
        return self in gradients or self.ablates

    @property
    def additive(self) -> bool:
        """Whether scores are linear in the target: those of its parts add up to those of the whole."""
        return self in {Method.GRAD_DOT_INPUT, Method.GIM, Method.LEAVE_ONE_OUT, Method.SHAP}

    @property
    def one_pass(self) -> bool:
        """Whether a forward pass, and at most a backward pass for each target, is all that it takes."""
        return self in {Method.GRAD_L2, Method.GRAD_DOT_INPUT, Method.GIM, Method.ATTENTION_ROLLOUT}

    @property
    def ablates(self) -> bool:
        """Whether units are left out of the prompt, which takes a forward pass for each way of doing so."""
        return self in {Method.LEAVE_ONE_OUT, Method.LIME, Method.SHAP}


DEFAULT_METHOD = Method.GIM
"""The most faithful of those that cost one backward pass: see ``docs/faithfulness.md``."""


class StopReason(StrEnum):
    """Why a response ended where it did."""

    END_OF_TEXT = "end_of_text"
    STOP_STRING = "stop_string"
    TOKEN_BUDGET = "token_budget"  # noqa: S105 - a budget of tokens, not a secret.
    CONTEXT_FULL = "context_full"
    CANCELLED = "cancelled"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """How the response is chosen. ``temperature`` 0 is greedy; ``top_k`` 0 and ``top_p`` 1 leave all tokens in."""

    max_new_tokens: int = 256
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    stop_strings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """A response as far as it has come: its tokens (ranges count from the response's start), text and end.

    ``log_probs`` holds one natural logarithm for each token, under the model itself (temperature 1, no top-k or
    top-p). ``stop_reason`` is None while more may come.
    """

    tokens: tuple[Token, ...]
    text: str
    log_probs: tuple[float, ...]
    stop_reason: StopReason | None


@dataclass(frozen=True)
class TokenScores:
    """Token scores of one sequence for several targets.

    Attributes:
        scores: float64 array, shape (targets, tokens); exactly zero at and after a target's last token.
        log_probs: float64 array, shape (targets,); natural logarithm of the target's probability.
        residuals: float64 array, shape (targets,): by what share of what they explain the scores of a method that
            says so miss it, NaN for others; or None.
    """

    scores: NDArray[np.float64]
    log_probs: NDArray[np.float64]
    residuals: NDArray[np.float64] | None = None


Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done and how much there is: ``("explaining", 3, 26)``."""


EVALUATING = "evaluating masks"
"""What an engine reports that it is doing while it reads versions of a prompt."""


def no_progress(_doing: str, _done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """Which targets of a sequence to explain: token index ranges ``start:end`` into ``token_ids``, end exclusive.

    With ``contrast``, the ids of another text, each target is explained as to why it stands there rather than that.
    """

    token_ids: tuple[int, ...]
    targets: tuple[tuple[int, int], ...]
    method: Method = DEFAULT_METHOD
    contrast: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class AblateRequest:
    """One response after several versions of its prompt.

    Attributes:
        prompts: the token ids of each version, ``<bos>`` first.
        response: the token ids that come after every one of them.
        hidden: bool, shape (versions, tokens of the longest one); True where later tokens may not attend to a token.
            ``<bos>`` is never hidden.
    """

    prompts: tuple[tuple[int, ...], ...]
    response: tuple[int, ...]
    hidden: NDArray[np.bool_]


class Engine(Protocol):
    """A loaded model, in this process or another. Every method may raise an ``EngineError``."""

    @property
    def info(self) -> ModelInfo:
        """What is loaded."""
        ...

    def tokenize(self, text: str, *, start: bool) -> tuple[Token, ...]:
        """Tokens of ``text``; with ``start`` the special ``<bos>`` comes first."""
        ...

    def generate(
        self, token_ids: Sequence[int], settings: SamplingSettings, progress: Progress = no_progress
    ) -> Iterator[Completion]:
        """The response to a prompt, longer by at least one token each time; close the iterator to stop."""
        ...

    def explain(self, request: ExplainRequest, progress: Progress = no_progress) -> TokenScores:
        """Token scores of every target."""
        ...

    def log_probs(self, token_ids: Sequence[int]) -> NDArray[np.float64]:
        """Natural log-probability of each token after the first given those before it, shape (tokens - 1,)."""
        ...

    def ablated(self, request: AblateRequest, progress: Progress = no_progress) -> NDArray[np.float64]:
        """Natural log-probability of each token of the response after each version, shape (versions, tokens).

        ``EVALUATING`` is reported with the number of versions that are done.
        """
        ...


class EngineError(Exception):
    """The model could not be loaded or run. The message says what to do next."""


class ModelLoadError(EngineError):
    """A model is not there, half written, or of a kind that cannot be run."""


class ContextOverflowError(EngineError):
    """A sequence has more tokens than the model can read."""

    def __init__(self, tokens: int, context_length: int, subject: str = "The prompt has") -> None:
        super().__init__(
            f"{subject} {tokens:,} tokens, and the model reads at most {context_length:,}. "
            "Shorten the prompt, or choose a model with a longer context."
        )
        self.tokens = tokens
        self.context_length = context_length

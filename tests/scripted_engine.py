"""An engine without a model: words for tokens, a response by heart, and scores that follow from the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from prompt_salience.engine_client.protocol import (
    EVALUATING,
    AblateRequest,
    Completion,
    ContextOverflowError,
    ExplainRequest,
    Method,
    ModelInfo,
    Progress,
    SamplingSettings,
    StopReason,
    Token,
    TokenScores,
    no_progress,
)

BOS = Token(2, "<bos>", 0, 0, special=True)
END = Token(1, "<eos>", 0, 0, special=True)
LOG_PROB = -0.5
NOTHING_SEEN = -1000.0
WORTH = 0.1
_PIECE = re.compile(r" ?\w+|\s+|[^\w\s]")


@dataclass
class ScriptedEngine:
    """Writes ``response`` after any prompt, and holds every prompt token to blame as much as ``blame`` says.

    A contrast halves the scores, so that they can be told from plain ones.
    """

    response: str = " It has eggs in it.\nRecommendation: Go for it."
    blame: dict[str, float] = field(default_factory=dict)
    context_length: int = 4096
    asked: list[ExplainRequest] = field(default_factory=list)
    ablations: list[AblateRequest] = field(default_factory=list)
    name: str = "scripted"

    @property
    def info(self) -> ModelInfo:
        return ModelInfo(self.name, "gemma3", 2_700_000, "float32", self.context_length, "/nowhere")

    def tokenize(self, text: str, *, start: bool) -> tuple[Token, ...]:
        pieces = (Token(_token_id(found[0]), found[0], *found.span()) for found in _PIECE.finditer(text))
        return (BOS, *pieces) if start else tuple(pieces)

    def generate(
        self, token_ids: Sequence[int], settings: SamplingSettings, progress: Progress = no_progress
    ) -> Iterator[Completion]:
        if len(token_ids) >= self.context_length:
            raise ContextOverflowError(len(token_ids), self.context_length)
        tokens = self.tokenize(self.response, start=False)
        for count in range(1, len(tokens) + 1):
            progress("generating", count, settings.max_new_tokens)
            cut = count == settings.max_new_tokens
            done = count == len(tokens)
            reason = StopReason.END_OF_TEXT if done else StopReason.TOKEN_BUDGET if cut else None
            yield self._completion(tokens[:count], reason)
            if reason:
                return

    def _completion(self, tokens: tuple[Token, ...], reason: StopReason | None) -> Completion:
        return Completion(tokens, self.response[: tokens[-1].end], (LOG_PROB,) * len(tokens), reason)

    def explain(self, request: ExplainRequest, progress: Progress = no_progress) -> TokenScores:
        self.asked.append(request)
        scores = np.zeros((len(request.targets), len(request.token_ids)))
        for row, (_, end) in enumerate(request.targets):
            progress("explaining", row, len(request.targets))
            scores[row, : end - 1] = [self._score(token, request.method) for token in request.token_ids[: end - 1]]
        lengths = np.array([end - start - len(request.contrast) for start, end in request.targets])
        return TokenScores(scores / 2 if request.contrast else scores, LOG_PROB * lengths)

    def _score(self, token_id: int, method: Method) -> float:
        by_id = {_token_id(text): score for text, score in self.blame.items()}
        score = 1000.0 if token_id == BOS.id else by_id.get(token_id, 1.0)
        return -score if method.signed and token_id % 2 else score

    def log_probs(self, token_ids: Sequence[int]) -> np.ndarray:
        return np.full(len(token_ids) - 1, LOG_PROB)

    def ablated(self, request: AblateRequest, progress: Progress = no_progress) -> np.ndarray:
        """Each token that is seen adds what it is worth."""
        self.ablations.append(request)
        found = np.zeros((len(request.prompts), len(request.response)))
        for row, (prompt, hidden) in enumerate(zip(request.prompts, request.hidden, strict=True)):
            progress(EVALUATING, row, len(request.prompts))
            seen = [token_id for token_id, unseen in zip(prompt, hidden, strict=False) if not unseen]
            found[row] = NOTHING_SEEN + WORTH * sum(self.worth(token_id) for token_id in seen)
        return found

    def worth(self, token_id: int) -> float:
        """Its score with a sign; blanks and ``<bos>`` are worth nothing."""
        return 0.0 if token_id in {BOS.id, BLANK_ID} else self._score(token_id, Method.GRAD_DOT_INPUT)


def _token_id(text: str) -> int:
    return 3 + crc32(text.strip().encode()) % 200_000


BLANK_ID = _token_id(" ")

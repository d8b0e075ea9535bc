"""A folder with a model in it, whatever wrote it: what loading asks of every kind of folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from prompt_salience.engine_client.protocol import Progress

if TYPE_CHECKING:
    from prompt_salience.engine.config import DecoderConfig
    from prompt_salience.engine.placement import Placement
    from prompt_salience.engine.weights import DecoderWeights


@dataclass(frozen=True, slots=True)
class ReadableModel:
    """A model whose weights have not been read.

    Attributes:
        config: of the whole model.
        read: reads the weights; is called with what to report to, and where to lay them.
    """

    config: DecoderConfig
    read: Callable[[Progress, Placement], DecoderWeights]


class ModelFolder(Protocol):
    """A folder that looks whole, before anything heavy has been imported."""

    @property
    def folder(self) -> Path:
        """Where it is."""

    @property
    def name(self) -> str:
        """What to call the model."""

    @property
    def family(self) -> str:
        """``gemma``, ``gemma2`` or ``gemma3``."""

    @property
    def context_length(self) -> int:
        """The number of tokens that the model reads."""

    @property
    def instruction_tuned(self) -> bool:
        """Whether it was trained to answer in chat turns."""

    @property
    def weight_files(self) -> tuple[Path, ...]:
        """Its weights, in one file or in shards."""

    @property
    def saved_dtype(self) -> str | None:
        """The number format that the model was saved in, where that is known."""

    @property
    def tokenizer(self) -> Path:
        """Its SentencePiece model."""

    @property
    def stop_ids(self) -> frozenset[int]:
        """The tokens that end a response, beside those that every Gemma tokenizer has."""

    def prepare(self) -> None:
        """Import what reads it.

        Raises:
            ModelLoadError: that is not installed as it should be.
        """

    def readable(self, dtype: str) -> ReadableModel:
        """What the model is, to be read in a number format; after ``prepare``."""

"""Which Keras backbones can be run, and what is particular to each: one small adapter for each architecture.

Decisions:
- Keras keeps no context length: it is what the model was trained to read, as its model card says.
- A Gemma 3 backbone with a vision encoder is read as the text model that it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_GEMMA_CONTEXT = 8_192
_GEMMA_3_SMALL_CONTEXT = 32_768
_GEMMA_3_CONTEXT = 131_072


@dataclass(frozen=True, slots=True)
class Architecture:
    """What is particular to a Keras backbone class.

    Attributes:
        backbone: the name of the class.
        block: what weight files call its decoder blocks.
        family: of a backbone's config.
        context_length: of a backbone's config, in tokens.
        refusal: why a backbone with this config cannot be run, or an empty string.
    """

    backbone: str
    block: str
    family: Callable[[dict[str, Any]], str]
    context_length: Callable[[dict[str, Any]], int]
    refusal: Callable[[dict[str, Any]], str]


def _gemma_family(config: dict[str, Any]) -> str:
    return "gemma2" if config.get("use_post_ffw_norm") else "gemma"


def _gemma_3_context(config: dict[str, Any]) -> int:
    """The larger models stretch the positions of their global layers, and read four times as much."""
    return _GEMMA_3_CONTEXT if config.get("global_rope_scaling_factor", 1.0) > 1 else _GEMMA_3_SMALL_CONTEXT


def _gemma_3_refusal(config: dict[str, Any]) -> str:
    if config.get("is_embedding_model") or config.get("use_bidirectional_attention"):
        return "It is an embedding model, which writes no text."
    return ""


ARCHITECTURES = {
    architecture.backbone: architecture
    for architecture in (
        Architecture(
            "GemmaBackbone", "gemma_decoder_block", _gemma_family, lambda _config: _GEMMA_CONTEXT, lambda _config: ""
        ),
        Architecture(
            "Gemma3Backbone", "gemma3_decoder_block", lambda _config: "gemma3", _gemma_3_context, _gemma_3_refusal
        ),
    )
}
SUPPORTED = "Gemma 1, Gemma 2 and Gemma 3 (GemmaBackbone, Gemma3Backbone)"

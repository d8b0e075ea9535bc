"""From what Hugging Face's ``config.json`` says to the config of a decoder.

Decisions:
- What differs between layers is written in an older and in a newer way (``sliding_window_pattern`` or ``layer_types``,
  ``rope_theta`` or ``rope_parameters``): both are read.
- Configurations of Gemma 1 that say ``gelu`` mean its approximation by tanh, which the model was trained with.
- What would change the arithmetic in a way that this engine does not know is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prompt_salience.engine.config import BlockConfig, DecoderConfig, LayerKind
from prompt_salience.engine.hugging_face_architectures import HuggingFaceArchitecture

_FULL, _SLIDING = "full_attention", "sliding_attention"
_APPROXIMATED = "gelu_pytorch_tanh"
_MEANT = {"gelu": _APPROXIMATED}


def text_config(architecture: HuggingFaceArchitecture, described: dict[str, Any]) -> dict[str, Any]:
    """What ``config.json`` says of the text model, with the defaults of its architecture.

    A model that also reads pictures says it in a part of its own, and some of it outside.
    """
    outside = {key: described[key] for key in ("tie_word_embeddings", "quantization_config") if key in described}
    told: dict[str, Any] = described.get("text_config", described)
    return architecture.defaults | outside | told


def refusal(config: dict[str, Any]) -> str:
    """Why a model with this configuration cannot be run, or an empty string."""
    return next(_refusals(config), "")


def _refusals(config: dict[str, Any]) -> Iterator[str]:
    if config.get("use_bidirectional_attention"):
        yield "It is an embedding model, which writes no text."
    if config.get("quantization_config"):
        yield "Its weights are quantised, and only float32, bfloat16 and float16 are read."
    if not config.get("tie_word_embeddings", True):
        yield "It has a matrix of its own for its output (tie_word_embeddings is false)."
    if config.get("attention_bias"):
        yield "Its attention has biases (attention_bias is true)."
    activation = config.get("hidden_activation") or _meant(config.get("hidden_act", _APPROXIMATED))
    if activation != _APPROXIMATED:
        yield f"Its activation is {activation}, and only {_APPROXIMATED} is known."
    unknown = set(_layer_types(config)) - {_FULL, _SLIDING}
    if unknown:
        yield f"It has layers of a type that is not known: {', '.join(map(str, unknown))}."
    scalings = {str(_rope(config, kind)["rope_type"]) for kind in _layer_types(config)} - {"default", "linear"}
    if scalings:
        yield f"Its positions are scaled in a way that is not known: {', '.join(scalings)}."


def _meant(activation: str) -> str:
    return _MEANT.get(activation, activation)


def decoder_config(
    architecture: HuggingFaceArchitecture, config: dict[str, Any], context_length: int | None
) -> DecoderConfig:
    """The config of a model that is not refused.

    Args:
        architecture: of the model.
        config: as ``text_config`` has it.
        context_length: number of tokens the model reads; None for what the configuration says.

    Raises:
        ValueError, TypeError: a value is no number, or does not go with another.
    """
    hidden, head, epsilon = int(config["hidden_size"]), int(config["head_dim"]), float(config["rms_norm_eps"])
    return DecoderConfig(
        family=architecture.family,
        vocabulary_size=int(config["vocab_size"]),
        hidden_dim=hidden,
        feedforward_dim=int(config["intermediate_size"]),
        block=BlockConfig(
            query_heads=int(config["num_attention_heads"]),
            key_value_heads=int(config["num_key_value_heads"]),
            head_dim=head,
            query_scale=float(config.get("query_pre_attn_scalar", head)) ** -0.5,
            attention_soft_cap=_optional_float(config.get("attn_logit_softcapping")),
            norm_epsilon=epsilon,
        ),
        layers=tuple(_layer_kind(config, kind) for kind in _layer_types(config)),
        embedding_scale=float(hidden) ** 0.5,
        final_soft_cap=_optional_float(config.get("final_logit_softcapping")),
        final_norm_epsilon=epsilon,
        context_length=context_length or int(config["max_position_embeddings"]),
    )


def _optional_float(number: Any) -> float | None:
    return None if number is None else float(number)


def _layer_types(config: dict[str, Any]) -> list[str]:
    """The type of each layer: as they are listed, or from how often a layer sees all positions."""
    count = int(config["num_hidden_layers"])
    listed: list[str] | None = config.get("layer_types")
    if not listed:
        period = int(config["sliding_window_pattern"])
        return [_SLIDING if layer % period else _FULL for layer in range(1, count + 1)]
    if len(listed) != count:
        message = f"there are {len(listed)} layer_types, and num_hidden_layers is {count}"
        raise ValueError(message)
    return listed


def _layer_kind(config: dict[str, Any], layer_type: str) -> LayerKind:
    window = config.get("sliding_window") if layer_type == _SLIDING else None
    rope = _rope(config, layer_type)
    return LayerKind(
        window=None if window is None else int(window),
        rope_wavelength=float(rope["rope_theta"]),
        rope_scaling=float(rope["factor"]) if rope["rope_type"] == "linear" else 1.0,
    )


def _rope(config: dict[str, Any], layer_type: str) -> dict[str, Any]:
    """What is said of the rotary embedding in layers of a type, in the words of the newer way."""
    newer: dict[str, Any] = config.get("rope_parameters") or {}
    of_type: dict[str, Any] = newer.get(layer_type, newer)
    return _older_rope(config, layer_type) | of_type


def _older_rope(config: dict[str, Any], layer_type: str) -> dict[str, Any]:
    """Gemma 3's sliding layers have a wavelength of their own, and their positions are not scaled."""
    if layer_type == _SLIDING and "rope_local_base_freq" in config:
        return {"rope_theta": config["rope_local_base_freq"], "rope_type": "default"}
    scaling = config.get("rope_scaling") or {}
    return {"rope_theta": config["rope_theta"], "rope_type": scaling.get("type", "default"), **scaling}

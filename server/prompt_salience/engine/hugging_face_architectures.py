"""What is particular to each Gemma as Hugging Face keeps it: one small adapter for each architecture.

Decisions:
- A configuration leaves out what its class has as defaults, and those of published models do; so the defaults are here.
- A Gemma 3 that also reads pictures is read as the text model that it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HuggingFaceArchitecture:
    """What is particular to a ``model_type``.

    Attributes:
        family: ``gemma``, ``gemma2`` or ``gemma3``.
        places: which tensor of a layer holds which weight, without ``.weight``.
        defaults: what its configurations leave out.
    """

    family: str
    places: dict[str, str]
    defaults: dict[str, Any]


_PLACES = {
    "pre_attention_norm": "input_layernorm",
    "query": "self_attn.q_proj",
    "key": "self_attn.k_proj",
    "value": "self_attn.v_proj",
    "attention_output": "self_attn.o_proj",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
}
_POST_NORMS = {
    "post_attention_norm": "post_attention_layernorm",
    "pre_feedforward_norm": "pre_feedforward_layernorm",
    "post_feedforward_norm": "post_feedforward_layernorm",
}
_SHARED = {"head_dim": 256, "rms_norm_eps": 1e-6}

_GEMMA = HuggingFaceArchitecture(
    "gemma",
    _PLACES | {"pre_feedforward_norm": "post_attention_layernorm"},
    {
        **_SHARED,
        "vocab_size": 256_000,
        "hidden_size": 3_072,
        "intermediate_size": 24_576,
        "num_hidden_layers": 28,
        "num_attention_heads": 16,
        "num_key_value_heads": 16,
        "max_position_embeddings": 8_192,
        "rope_theta": 10_000.0,
        "sliding_window_pattern": 1,
    },
)
_GEMMA_2 = HuggingFaceArchitecture(
    "gemma2",
    _PLACES | _POST_NORMS,
    {
        **_SHARED,
        "vocab_size": 256_000,
        "hidden_size": 2_304,
        "intermediate_size": 9_216,
        "num_hidden_layers": 26,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "max_position_embeddings": 8_192,
        "rope_theta": 10_000.0,
        "query_pre_attn_scalar": 256,
        "sliding_window": 4_096,
        "sliding_window_pattern": 2,
        "attn_logit_softcapping": 50.0,
        "final_logit_softcapping": 30.0,
    },
)
_GEMMA_3 = HuggingFaceArchitecture(
    "gemma3",
    _PLACES | _POST_NORMS | {"query_norm": "self_attn.q_norm", "key_norm": "self_attn.k_norm"},
    {
        **_SHARED,
        "vocab_size": 262_208,
        "hidden_size": 2_304,
        "intermediate_size": 9_216,
        "num_hidden_layers": 26,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "max_position_embeddings": 131_072,
        "rope_theta": 1_000_000.0,
        "rope_local_base_freq": 10_000.0,
        "query_pre_attn_scalar": 256,
        "sliding_window": 4_096,
        "sliding_window_pattern": 6,
    },
)
HUGGING_FACE_ARCHITECTURES = {
    "gemma": _GEMMA,
    "gemma2": _GEMMA_2,
    "gemma3": _GEMMA_3,
    "gemma3_text": _GEMMA_3,
}

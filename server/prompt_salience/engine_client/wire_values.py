"""Values of the wire to and from JSON: arrays in base64, tokens in columns, everything else as cattrs has it."""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any, get_origin

import numpy as np
from cattrs import Converter
from numpy.typing import NDArray

from prompt_salience.engine_client.protocol import Token

_INT32 = np.dtype("<i4")
_FLOAT32 = np.dtype("<f4")


def _packed(numbers: Any, number_type: np.dtype[Any]) -> str:
    return b64encode(np.asarray(numbers, number_type).tobytes()).decode("ascii")


def _unpacked(data: str, number_type: np.dtype[Any]) -> NDArray[Any]:
    return np.frombuffer(b64decode(data, validate=True), number_type)


def _from_floats(array: NDArray[np.float64]) -> dict[str, Any]:
    return {"shape": list(array.shape), "float32": _packed(array, _FLOAT32)}


def _to_floats(fields: Any, _type: Any) -> NDArray[np.float64]:
    return _unpacked(fields["float32"], _FLOAT32).reshape(fields["shape"]).astype(np.float64)


def _from_bits(array: NDArray[np.bool_]) -> dict[str, Any]:
    return {"shape": list(array.shape), "bits": b64encode(np.packbits(array).tobytes()).decode("ascii")}


def _to_bits(fields: Any, _type: Any) -> NDArray[np.bool_]:
    shape = fields["shape"]
    packed = np.frombuffer(b64decode(fields["bits"], validate=True), np.uint8)
    return np.unpackbits(packed, count=math.prod(shape)).astype(np.bool_).reshape(shape)


def _from_ids(ids: Sequence[int]) -> str:
    return _packed(ids, _INT32)


def _to_ids(data: str, _type: Any) -> tuple[int, ...]:
    return tuple(_unpacked(data, _INT32).tolist())


def _from_tokens(tokens: Sequence[Token]) -> dict[str, Any]:
    return {
        "ids": _from_ids([token.id for token in tokens]),
        "texts": [token.text for token in tokens],
        "starts": _from_ids([token.start for token in tokens]),
        "ends": _from_ids([token.end for token in tokens]),
        "special": [index for index, token in enumerate(tokens) if token.special],
    }


def _to_tokens(fields: Any, _type: Any) -> tuple[Token, ...]:
    special = set(fields["special"])
    columns = (_to_ids(fields[name], None) for name in ("ids", "starts", "ends"))
    rows = zip(*columns, fields["texts"], strict=True)
    return tuple(
        Token(token_id, text, start, end, index in special) for index, (token_id, start, end, text) in enumerate(rows)
    )


def _is_array(wanted: Any) -> bool:
    return wanted is np.ndarray or get_origin(wanted) is np.ndarray


def _make_converter() -> Converter:
    made = Converter(detailed_validation=False)
    for matches, unstructured, structured in (
        (_is_array, _from_floats, _to_floats),
        (lambda wanted: wanted == NDArray[np.bool_], _from_bits, _to_bits),
        (lambda wanted: wanted == tuple[int, ...], _from_ids, _to_ids),
        (lambda wanted: wanted == tuple[Token, ...], _from_tokens, _to_tokens),
    ):
        made.register_unstructure_hook_func(matches, unstructured)
        made.register_structure_hook_func(matches, structured)
    return made


converter = _make_converter()
"""To and from what the ``json`` module reads and writes."""

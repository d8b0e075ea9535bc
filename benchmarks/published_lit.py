"""LIT as it is published, told what to do by ``lit.py``. It runs where LIT is installed, with Keras on TensorFlow.

Decisions:
- Its own classes do the work through their public ``predict``, one request for each target, as its page asks them to.
- Embeddings for its other panels are left out of its generation.
- Text is what it takes and gives. Token ids are encoded beside the clock, to prove that both sides read the same.
- Padding is cut off, as it does by default, and ``max_length`` leaves just the room that is needed.
"""

from __future__ import annotations

import resource
import sys
from functools import cache
from typing import Any

import keras
import keras_nlp
from lit_nlp.examples.prompt_debugging.keras_lms import KerasGenerationModel, KerasSalienceModel

from turns import serve, timed

MODEL = sys.argv[1]


@cache
def model() -> Any:
    """The model, which all of LIT's classes share."""
    keras.config.set_floatx("float32")
    return keras_nlp.models.CausalLM.from_preset(MODEL)


@cache
def salience() -> KerasSalienceModel:
    """What explains."""
    return KerasSalienceModel(model=model())


@cache
def generation(length: int) -> KerasGenerationModel:
    """What writes until prompt and response have this length."""
    return KerasGenerationModel(model=model(), max_length=length, output_embeddings=False)


def token_ids(text: str) -> list[int]:
    """The ids that LIT reads."""
    encoded = salience().encode_inputs([text])
    ids: list[int] = keras.ops.convert_to_numpy(encoded["token_ids"])[0].tolist()
    return ids


def explain(prompt: str, response: str, spans: list[list[int]]) -> dict[str, Any]:
    """Explain ranges of tokens, one after the other."""
    ids = token_ids(prompt + response)
    masks = [[start <= index < end for index in range(len(ids))] for start, end in spans]
    with timed() as seconds:
        scored = [_scores(prompt, response, mask) for mask in masks]
    return {"seconds": seconds, "token_ids": ids, "scores": scored}


def _scores(prompt: str, response: str, mask: list[bool]) -> list[float]:
    (scored,) = salience().predict([{"prompt": prompt, "target": response, "target_mask": mask}])
    scores: list[float] = scored["grad_l2"].tolist()
    return scores


def generate(prompt: str, prompt_tokens: int, new_tokens: int) -> dict[str, Any]:
    """Write a response of so many tokens."""
    writer = generation(prompt_tokens + new_tokens)
    with timed() as seconds:
        (written,) = writer.predict([{"prompt": prompt}])
    return {"seconds": seconds, "text": written["response"]}


def peak() -> int:
    """The most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    serve({"explain": explain, "generate": generate, "peak": peak})

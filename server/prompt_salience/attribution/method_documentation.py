"""What each method tells, in a sentence for people, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prompt_salience.engine_client.protocol import Method


@dataclass(frozen=True)
class MethodDocumentation:
    """``name`` is short, ``sentence`` says what a score means, ``source`` names the paper."""

    name: str
    sentence: str
    source: str


METHODS: Mapping[Method, MethodDocumentation] = {
    Method.GRAD_L2: MethodDocumentation(
        "Gradient norm",
        "How strongly the answer reacts to a token, whether for it or against it.",
        "Simonyan and others 2013, arXiv:1312.6034",
    ),
    Method.GRAD_DOT_INPUT: MethodDocumentation(
        "Gradient times input",
        "How much a token speaks for the answer, or with a minus against it.",
        "Shrikumar and others 2016, arXiv:1605.01713",
    ),
}

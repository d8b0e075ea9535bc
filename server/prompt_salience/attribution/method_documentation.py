"""What each method tells, in a sentence for people, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from prompt_salience.engine_client.protocol import Method

_ARXIV = re.compile(r"\barXiv:(\d{4}\.\d{4,5})")


@dataclass(frozen=True)
class MethodDocumentation:
    """``name`` is short, ``sentence`` says what a score means, ``source`` names the paper."""

    name: str
    sentence: str
    source: str

    @property
    def address(self) -> str | None:
        """The URL of the paper, where ``source`` names it by its number on arXiv."""
        found = _ARXIV.search(self.source)
        return f"https://arxiv.org/abs/{found[1]}" if found else None


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
    Method.GIM: MethodDocumentation(
        "Gradient with interactions",
        "How much a token speaks for the answer, or with a minus against it, where gradients are not allowed to vanish "
        "in norms, in sure attention and in products.",
        "Edin and others 2025, arXiv:2505.17630",
    ),
    Method.INTEGRATED_GRADIENTS: MethodDocumentation(
        "Integrated gradients",
        "What a token adds to the answer's log-probability on the way from an average token to itself: 8 to 96 passes.",
        "Sundararajan and others 2017, arXiv:1703.01365",
    ),
    Method.SMOOTH_GRAD: MethodDocumentation(
        "Smoothed gradient norm",
        "How strongly the answer reacts to a token on average over 16 noisy readings of the prompt.",
        "Smilkov and others 2017, arXiv:1706.03825",
    ),
    Method.ATTENTION_ROLLOUT: MethodDocumentation(
        "Attention roll-out",
        "How much attention flows from the answer to a token, whatever is read there: cheap, and no explanation.",
        "Abnar and Zuidema 2020, arXiv:2005.00928",
    ),
    Method.LEAVE_ONE_OUT: MethodDocumentation(
        "Leave one out",
        "By how much the answer becomes less likely, in nats, when a part of the prompt is left out: a forward pass "
        "for each part.",
        "Li and others 2016, arXiv:1612.08220",
    ),
    Method.LIME: MethodDocumentation(
        "LIME",
        "How much a part adds to the likelihood of the answer, in nats, in a sparse linear model of what happens when "
        "half of the parts are left out at random: 64 forward passes.",
        "Cohen-Wang and others 2024 (ContextCite), arXiv:2409.00729",
    ),
    Method.SHAP: MethodDocumentation(
        "Shapley values",
        "How much a part adds to the likelihood of the answer, in nats, on average over the orders in which parts may "
        "be put in: exact for up to eight parts, otherwise from about 256 forward passes.",
        "Lundberg and Lee 2017, arXiv:1705.07874",
    ),
}

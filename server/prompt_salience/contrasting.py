"""Why the chosen target stands there rather than another text.

Decisions:
- The other text takes the target's place after the same tokens, behind the blank that stands before the target.
- What is contrasted is one more target, the last: the chosen one and all others keep their plain scores.
- What a method that ablates has measured is measured once more with the other text, under the same masks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from prompt_salience.ablating import ablations
from prompt_salience.attribution.ablation.scoring import ablation_token_scores
from prompt_salience.attribution.explanation import Explanation
from prompt_salience.attribution.target_scores import scored_targets, token_range
from prompt_salience.completing import RequestError, Run
from prompt_salience.engine_client.protocol import Engine, ExplainRequest, Progress, Token, TokenScores
from prompt_salience.prompts.units import Part

Range = tuple[int, int]


def contrasted(engine: Engine, run: Run, explanation: Explanation, contrast: str, progress: Progress) -> Explanation:
    """The explanation with one more target, which is chosen: why the chosen one stands there rather than ``contrast``.

    Raises:
        RequestError: the text is empty, or is the target itself.
        EngineError: the model failed.
    """
    chosen = explanation.targets[explanation.chosen]
    target = token_range(explanation.tokens, (chosen.start, chosen.end))
    other = _other_tokens(engine, explanation, contrast)
    scored = _scored(engine, run, explanation, target, other, progress)
    found = scored_targets(
        explanation.text,
        scored,
        [(chosen.start, chosen.end)],
        explanation.tokens,
        explanation.units,
        explanation.aggregation,
    )
    targets = (*explanation.targets, replace(found[0], contrast=contrast.strip()))
    return replace(explanation, targets=targets, chosen=len(targets) - 1)


def _other_tokens(engine: Engine, explanation: Explanation, contrast: str) -> tuple[Token, ...]:
    """The tokens of the other text, behind what stands before the target in its first token."""
    chosen = explanation.targets[explanation.chosen]
    if not contrast.strip():
        message = "The text to contrast the target with is empty."
        raise RequestError(message)
    if contrast.strip() == explanation.text[chosen.start : chosen.end].strip():
        message = "The text to contrast the target with is the target itself."
        raise RequestError(message)
    first, _ = token_range(explanation.tokens, (chosen.start, chosen.end))
    before = explanation.text[explanation.tokens[first].start : chosen.start]
    return engine.tokenize(before + contrast.strip(), start=False)


def _scored(
    engine: Engine, run: Run, explanation: Explanation, target: Range, other: tuple[Token, ...], progress: Progress
) -> TokenScores:
    if explanation.ablation is not None:
        return _scored_by_ablation(engine, run, explanation, target, other, progress)
    ids = tuple(token.id for token in explanation.tokens)
    return engine.explain(
        ExplainRequest(ids, (target,), explanation.method, tuple(token.id for token in other)), progress
    )


def _scored_by_ablation(
    engine: Engine, run: Run, explanation: Explanation, target: Range, other: tuple[Token, ...], progress: Progress
) -> TokenScores:
    known = explanation.ablation
    assert known is not None  # noqa: S101 - the caller has looked.
    kept = run.completion.tokens[: target[0] - len(run.prompt_tokens)]
    other_run = replace(run, completion=replace(run.completion, tokens=(*kept, *other)))
    units = [(unit.start, unit.end) for unit in explanation.units if unit.part is Part.PROMPT]
    *_, measured = ablations(engine, other_run, units, known.masks, known.settings, progress)
    against = np.asarray(measured.log_probs[:, len(kept) :].sum(axis=1))
    return ablation_token_scores(explanation, known, [target], against)

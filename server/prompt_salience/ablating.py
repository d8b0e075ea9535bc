"""From a run to an ablation: versions of its prompt without some units, and how likely the response is after each.

Decisions:
- The response keeps its token ids, whatever is done to the prompt. ``<bos>`` and scaffolding stay.
- Masks that are the same are read once.
- Versions are asked for a few at a time, and what has come so far is handed out: of work that is called off, no more
  than the last few are lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from prompt_salience.attribution.ablation.masks import Masks
from prompt_salience.attribution.ablation.record import Ablation
from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.attribution.ablation.unit_tokens import hidden_tokens
from prompt_salience.completing import Run
from prompt_salience.engine_client.protocol import EVALUATING, AblateRequest, Engine, Progress, no_progress
from prompt_salience.prompts.removal import without

Span = tuple[int, int]
_AT_ONCE = 8


def ablations(
    engine: Engine,
    run: Run,
    unit_spans: Sequence[Span],
    masks: Masks,
    settings: AblationSettings,
    progress: Progress = no_progress,
) -> Iterator[Ablation]:
    """Evaluate masks; what is handed out has more of them each time, and all of them at last.

    Args:
        engine: the model that is asked.
        run: whose prompt is ablated.
        unit_spans: the units of the prompt, in code points of it, in order and without overlap.
        masks: which units are kept, shape (masks, units), at least one mask.
        settings: how the others are left out.
        progress: is told how many masks are evaluated.

    Raises:
        EngineError: the model failed.
    """
    numbers: dict[bytes, int] = {}
    version_of = np.array([numbers.setdefault(mask.tobytes(), len(numbers)) for mask in masks])
    distinct = masks[np.unique(version_of, return_index=True)[1]]
    found = np.zeros((len(distinct), len(run.completion.tokens)))
    for part in np.array_split(np.arange(len(distinct)), -(-len(distinct) // _AT_ONCE)):
        request = ablate_request(engine, run, unit_spans, distinct[part], settings.operator)
        found[part] = engine.ablated(request, _counted(progress, int(part[0]), len(distinct)))
        passes = int(part[-1]) + 1
        evaluated = np.count_nonzero(np.maximum.accumulate(version_of) < passes)
        yield Ablation(settings, masks[:evaluated], found[version_of[:evaluated]], len(masks), passes)


def ablate_request(
    engine: Engine, run: Run, unit_spans: Sequence[Span], masks: Masks, operator: Operator
) -> AblateRequest:
    """The request that asks for the response of a run under some masks; arguments as for ``ablations``."""
    response = tuple(token.id for token in run.completion.tokens)
    if operator is Operator.MASK:
        prompt = tuple(token.id for token in run.prompt_tokens)
        spans = [(token.start, token.start if token.special else token.end) for token in run.prompt_tokens]
        return AblateRequest((prompt,) * len(masks), response, hidden_tokens(masks, run.prompt.text, spans, unit_spans))
    prompts = tuple(_ids_without(engine, run, unit_spans, mask) for mask in masks)
    return AblateRequest(prompts, response, np.zeros((len(prompts), max(map(len, prompts))), np.bool_))


def _ids_without(engine: Engine, run: Run, unit_spans: Sequence[Span], mask: NDArray[np.bool_]) -> tuple[int, ...]:
    """The token ids of the prompt without the units that a mask leaves out."""
    if mask.all():
        return tuple(token.id for token in run.prompt_tokens)
    left_out = [span for span, kept in zip(unit_spans, mask.tolist(), strict=True) if not kept]
    text = without(run.prompt.text, run.prompt.source_map, run.prompt.messages, left_out)
    return tuple(token.id for token in engine.tokenize(text, start=True))


def _counted(progress: Progress, before: int, of: int) -> Progress:
    """Progress that counts all masks, of which some were evaluated before."""

    def tell(doing: str, done: int, some: int) -> None:
        if doing == EVALUATING:
            done, some = before + done, of
        progress(doing, done, some)

    return tell

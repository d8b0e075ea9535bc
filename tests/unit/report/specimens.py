"""Explanations made by hand, from the sentences of a prompt and what each is to influence."""

from __future__ import annotations

import re

import numpy as np

from prompt_salience.attribution.aggregation import Aggregation, unit_scores
from prompt_salience.attribution.explanation import Explanation, SequenceToken, TargetScores
from prompt_salience.attribution.influence import influence
from prompt_salience.engine_client.protocol import Method, ModelInfo, StopReason
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.source_map import SCAFFOLDING, Origin, OriginKind, Place, Segment, SourceMap
from prompt_salience.prompts.units import Granularity, Part, Unit

MODEL = ModelInfo("menu-judge", "gemma3", 2_712_448, "float32", 1024, "/models/menu-judge")

MENU = """\
You judge dishes on a menu for a guest.

Guest likes: fish and lemon
Guest avoids: doesn't like mushrooms
Dish: Mushroom risotto
Analysis: it has mushrooms in it, which the guest doesn't like.
Recommendation: Go for it.

Guest likes: rice
Guest avoids: cannot eat nuts. Onion soup is fine. So is bread, and so is nearly everything else that has no nuts.
Dish: Onion soup
Analysis: it has nothing the guest likes or avoids.
Recommendation: Worth a try.

Guest likes: eggs
Analysis:"""
RESPONSE = " it has eggs in it, which the guest cannot eat.\nRecommendation: Go for it."

SENTENCE = re.compile(r"[^\s](?:[^.\n]*[^.\s])?\.?")
WORD = re.compile(r"\S+")


def explained(
    prompt: str = MENU,
    response: str = RESPONSE,
    *,
    method: Method = Method.GRAD_L2,
    granularity: Granularity = Granularity.SENTENCE,
    chosen: int = 0,
    scaffolding: int = 0,
    hint: str = "",
    case: str = "",
    target: tuple[int, int] | None = None,
) -> Explanation:
    """An explanation whose scores follow from the text alone; the first ``scaffolding`` characters are scaffolding."""
    pattern = WORD if granularity is Granularity.WORD else SENTENCE
    tokens = (SequenceToken(2, "<bos>", 0, 0, Part.SPECIAL), *_tokens(prompt, response, scaffolding))
    units = (*_units(pattern, prompt, scaffolding, Part.PROMPT), *_units(pattern, response, len(prompt), Part.RESPONSE))
    spans = [(len(prompt), len(prompt) + len(response))]
    spans += [(unit.start, unit.end) for unit in units if unit.part is Part.RESPONSE] + ([target] if target else [])
    return Explanation(
        model=MODEL,
        method=method,
        granularity=granularity,
        aggregation=Aggregation.SUM,
        prompt=prompt,
        response=response,
        stop_reason=StopReason.END_OF_TEXT,
        source_map=_source_map(prompt, scaffolding),
        tokens=tokens,
        units=units,
        targets=tuple(_target(span, number, tokens, units, method) for number, span in enumerate(spans)),
        chosen=len(spans) - 1 if target else chosen,
        case=case,
        hint=hint,
        documents={"menu.txt": Document("menu.txt", prompt[scaffolding:])},
    )


def _units(pattern: re.Pattern[str], text: str, offset: int, part: Part) -> list[Unit]:
    begin = offset if part is Part.PROMPT else 0
    shift = 0 if part is Part.PROMPT else offset
    return [Unit(found.start() + shift, found.end() + shift, part, "unit") for found in pattern.finditer(text, begin)]


def _tokens(prompt: str, response: str, scaffolding: int) -> list[SequenceToken]:
    found = re.finditer(r"\s?\w+|\s?[^\w\s]|\s", prompt + response)
    return [SequenceToken(3 + len(m[0]), m[0], *m.span(), _part(m.start(), prompt, scaffolding)) for m in found]


def _part(start: int, prompt: str, scaffolding: int) -> Part:
    if start >= len(prompt):
        return Part.RESPONSE
    return Part.SCAFFOLDING if start < scaffolding else Part.PROMPT


def _source_map(prompt: str, scaffolding: int) -> SourceMap:
    written = Origin(OriginKind.TEMPLATE, Place("menu.txt", 0, len(prompt) - scaffolding))
    segments = [Segment(0, scaffolding, SCAFFOLDING, exact=False)] if scaffolding else []
    if scaffolding < len(prompt):
        segments.append(Segment(scaffolding, len(prompt), written, exact=True))
    return SourceMap(tuple(segments))


def _target(span, number, tokens, units, method) -> TargetScores:
    scores = np.array([_score(token, number, method) if token.end <= span[0] else 0.0 for token in tokens])
    by_unit = unit_scores(
        scores,
        [(token.start, token.end) if token.part is not Part.SPECIAL else (0, 0) for token in tokens],
        [(unit.start, unit.end) for unit in units],
        Aggregation.SUM,
    )
    shares = influence(by_unit, [unit.part is Part.PROMPT for unit in units])
    return TargetScores(*span, -0.25 * (number + 1), scores, by_unit, shares)


def _score(token: SequenceToken, number: int, method: Method) -> float:
    size = 1.0 + 30.0 * (token.text.strip() in {"Go", "it", "mushrooms"}) + number * (token.text.strip() == "nuts") * 99
    return -size if method.signed and len(token.text) % 3 == 0 else size

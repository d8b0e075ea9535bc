"""An explanation as JSON, in the format ``prompt-salience/explanation``, version 2.

Decisions:
- ``explanation.schema.json`` beside this module defines the format (JSON Schema 2020-12).
- Offsets are Unicode code points: in prompt + response for tokens, units and targets, in the file for sources.
- A change that a reader of a version would misread takes a new one; members may be added within one. Version 2 has
  methods that ablate: their token scores are shares of unit scores.
- The text is ASCII, with escapes, so that it survives every terminal encoding; numbers keep their full precision.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from prompt_salience.attribution.ablation.record import Ablation
from prompt_salience.attribution.explanation import Explanation, TargetScores
from prompt_salience.prompts.source_map import Segment
from prompt_salience.prompts.units import Unit

FORMAT = "prompt-salience/explanation"
VERSION = 2


def to_json(explanation: Explanation) -> str:
    """The explanation as one JSON object."""
    return json.dumps(as_object(explanation), allow_nan=False)


def schema() -> dict[str, Any]:
    """The JSON Schema of the format."""
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("explanation.schema.json").read_bytes())
    return loaded


def as_object(explanation: Explanation) -> dict[str, Any]:
    """The explanation in dictionaries, lists, strings and numbers."""
    info = explanation.model
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": {"name": info.name, "family": info.family, "parameters": info.parameters, "dtype": info.dtype},
        "method": explanation.method.value,
        "granularity": explanation.granularity.value,
        "aggregation": explanation.aggregation.value,
        "prompt": explanation.prompt,
        "response": explanation.response,
        "stop_reason": explanation.stop_reason.value,
        "tokens": [
            {"id": token.id, "text": token.text, "start": token.start, "end": token.end, "part": token.part.value}
            for token in explanation.tokens
        ],
        "units": [_unit(explanation, unit) for unit in explanation.units],
        "targets": [_target(explanation, target) for target in explanation.targets],
        "chosen": explanation.chosen,
        "ablation": _ablation(explanation.ablation) if explanation.ablation else None,
    }


def _ablation(ablation: Ablation) -> dict[str, Any]:
    return {
        "operator": ablation.settings.operator.value,
        "masks": len(ablation.masks),
        "planned_masks": ablation.planned,
        "forward_passes": ablation.forward_passes,
        "seed": ablation.settings.seed,
    }


def _unit(explanation: Explanation, unit: Unit) -> dict[str, Any]:
    return {
        "start": unit.start,
        "end": unit.end,
        "text": explanation.text[unit.start : unit.end],
        "part": unit.part.value,
        "kind": unit.kind,
        "source": [_source(segment) for segment in explanation.source_map.within(unit.start, unit.end)],
    }


def _source(segment: Segment) -> dict[str, Any]:
    place = segment.origin.place
    return {
        "path": place.path if place else None,
        "start": place.start if place else None,
        "end": place.end if place else None,
        "kind": segment.origin.kind.value,
    }


def _target(explanation: Explanation, target: TargetScores) -> dict[str, Any]:
    return {
        "start": target.start,
        "end": target.end,
        "text": explanation.text[target.start : target.end],
        "log_prob": target.log_prob,
        "token_scores": target.token_scores.tolist(),
        "unit_scores": target.unit_scores.tolist(),
        "influence": target.influence.tolist(),
        "residual": target.residual,
        "contrast": target.contrast or None,
    }

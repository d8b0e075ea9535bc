"""The checks of an explanation as JSON, in the format ``prompt-salience/checks``, version 1.

Decisions:
- ``checks.schema.json`` beside this module defines the format (JSON Schema 2020-12).
- Offsets are Unicode code points: of the prompt for units, of the response for the target.
- The text is ASCII, with escapes, so that it survives every terminal encoding; numbers keep their full precision.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.report.check_words import agreement_words
from prompt_salience.verifying import Check, Difference, Verification

FORMAT = "prompt-salience/checks"
VERSION = 1


def checks_json(verification: Verification) -> str:
    """The checks as one JSON object."""
    return json.dumps(_as_object(verification), allow_nan=False)


def checks_schema() -> dict[str, Any]:
    """The JSON Schema of the format."""
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("checks.schema.json").read_bytes())
    return loaded


def _as_object(verification: Verification) -> dict[str, Any]:
    explanation = verification.explanation
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": explanation.model.name,
        "method": explanation.method.value,
        "granularity": explanation.granularity.value,
        "prompt": explanation.prompt,
        "response": explanation.response,
        "target": _target(explanation),
        "checks": [_check(explanation, check) for check in verification.checks],
        "rank_correlation": verification.agreement,
        "agreement": agreement_words(verification),
    }


def _target(explanation: Explanation) -> dict[str, Any]:
    target, border = explanation.targets[explanation.chosen], len(explanation.prompt)
    start, end = target.start - border, target.end - border
    return {"start": start, "end": end, "text": explanation.response[start:end]}


def _check(explanation: Explanation, check: Check) -> dict[str, Any]:
    return {
        "units": [{"start": start, "end": end, "text": explanation.prompt[start:end]} for start, end in check.spans],
        "influence": check.influence,
        "log_prob_before": check.log_prob_before,
        "log_prob_after": check.log_prob_after,
        "response_before": check.response_before,
        "response_after": check.response_after,
        "difference": _difference(check.difference),
    }


def _difference(difference: Difference | None) -> dict[str, Any] | None:
    if difference is None:
        return None
    return {"sentence": difference.number, "before": difference.before, "after": difference.after}

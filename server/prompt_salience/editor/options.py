"""What there is to choose from for a prompt file: cases, models, methods, granularities, and parts of the response.

Decisions:
- ``value`` is what the command of the choice takes as its argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prompt_salience.attribution.method_documentation import METHODS
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.markdown import shortened
from prompt_salience.editor.snapshot import Explained, Snapshot
from prompt_salience.editor.targets import Wanted, part_spans, wanted_now
from prompt_salience.engine_client.models import AvailableModel, Where
from prompt_salience.prompts.cases import Case
from prompt_salience.prompts.units import Granularity
from prompt_salience.report.captions import probability

WHOLE_RESPONSE = "The whole response"
_LONGEST = 80

QUESTIONS: Mapping[str, str] = {
    "case": "Which case?",
    "model": "Which model?",
    "method": "Which method?",
    "granularity": "Which granularity?",
    "target": "Explain which part of the response?",
}

GRANULARITIES: Mapping[Granularity, str] = {
    Granularity.TOKEN: "What the model reads: words and pieces of words.",
    Granularity.WORD: "Words, with the punctuation after them.",
    Granularity.SENTENCE: "Sentences, headings, bullets and labelled lines.",
    Granularity.LINE: "Lines of the prompt.",
    Granularity.PARAGRAPH: "What blank lines set apart.",
    Granularity.PATTERN: "The matches of your own regular expression.",
    Granularity.MESSAGE: "What one role says.",
    Granularity.EXAMPLE: "Examples of a few-shot prompt, and the question at its end.",
    Granularity.VARIABLE: "Values that variables put in, and the text between them.",
}
_WHERE: Mapping[Where, str] = {
    Where.EMBEDDED: "comes with Prompt Salience",
    Where.DOWNLOADED: "downloaded",
    Where.FOLDER: "a folder",
}


@dataclass(frozen=True)
class Option:
    """One thing to choose. ``description`` is a few words beside the label, ``detail`` a line below it."""

    value: str | int | None
    label: str
    description: str = ""
    detail: str = ""
    chosen: bool = False


def case_options(snapshot: Snapshot) -> tuple[Option, ...]:
    """The cases of a template, each with its values."""
    template = snapshot.analysis.template
    cases = [case for case in template.cases if case.name] if template else []
    return tuple(
        Option(case.name, case.name, case.source, _values(case), case.name == snapshot.analysis.case) for case in cases
    )


def model_options(models: Iterable[AvailableModel], choices: Choices) -> tuple[Option, ...]:
    """The models on this machine, and the one that is chosen where it is none of these."""
    found = [Option(one.name, one.name, _WHERE[one.where], str(one.path), one.name == choices.model) for one in models]
    if not any(option.chosen for option in found):
        found.append(Option(choices.model, choices.model, "chosen in the settings", chosen=True))
    return tuple(found)


def method_options(choices: Choices) -> tuple[Option, ...]:
    """The methods, each with what it tells and where it comes from."""
    return tuple(
        Option(method.value, method.value, about.name, f"{about.sentence} {about.source}", method is choices.method)
        for method, about in METHODS.items()
    )


def granularity_options(choices: Choices) -> tuple[Option, ...]:
    """The granularities, from fine to coarse."""
    return tuple(
        Option(granularity.value, granularity.value, detail=detail, chosen=granularity is choices.granularity)
        for granularity, detail in GRANULARITIES.items()
    )


def target_options(explained: Explained) -> tuple[Option, ...]:
    """The whole response, then its parts by number, each with how likely the model found it."""
    explanation = explained.explanation
    now, plain = wanted_now(explanation), [target for target in explanation.targets if not target.contrast]
    likelihood = {(target.start, target.end): probability(target.log_prob) for target in plain}
    border = len(explanation.prompt)
    whole = Option(None, WHOLE_RESPONSE, probability(explanation.targets[0].log_prob), chosen=now == Wanted())
    parts = (
        Option(number, _title(number, explanation.response[start:end]),
               likelihood.get((border + start, border + end), ""), chosen=Wanted((start, end)) == now)
        for number, (start, end) in enumerate(part_spans(explanation), start=1)
    )  # fmt: skip
    return (whole, *parts)


def _title(number: int, text: str) -> str:
    return f"{number}. {shortened(text, _LONGEST)}"


def _values(case: Case) -> str:
    if case.prompt is not None:
        return shortened(str(case.prompt), _LONGEST)
    return " · ".join(f"{name}: {shortened(str(value.data), _LONGEST // 2)}" for name, value in case.values.items())

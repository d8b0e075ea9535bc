"""The Python door: ``prompt_salience.explain`` and ``prompt_salience.verify``.

Decisions:
- A ``str`` is a prompt, a ``Path`` is a template file: neither is ever taken for the other.
- The last model stays loaded, one at a time, so that a notebook waits for it once.
- What can be chosen has the names that the command line has; plain words such as ``"line"`` are taken for the choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.attribution.explanation import Explanation
from prompt_salience.engine_client.models import DEFAULT_MODEL, find_model
from prompt_salience.engine_client.protocol import (
    DEFAULT_METHOD,
    Engine,
    Method,
    ModelInfo,
    Progress,
    SamplingSettings,
    no_progress,
)
from prompt_salience.explaining import Settings, complete_and_explain
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import Form
from prompt_salience.prompts.rendering import chosen_case, render
from prompt_salience.prompts.units import Granularity
from prompt_salience.report.notebook import show_explanations_in_notebooks
from prompt_salience.template_files import TemplateFile, parsed_template, read_template, with_overrides
from prompt_salience.verifying import Verification
from prompt_salience.verifying import verify as verify_explanation

Choice = TypeVar("Choice", bound=StrEnum)


def explain(
    prompt: str | Path,
    *,
    model: str | Path = DEFAULT_MODEL,
    case: str | None = None,
    values: Mapping[str, object] | None = None,
    form: Form | str | None = None,
    method: Method | str = DEFAULT_METHOD,
    granularity: Granularity | str = Granularity.SENTENCE,
    aggregation: Aggregation | str | None = None,
    pattern: str | None = None,
    language: str = "en",
    target: str | None = None,
    target_unit: int | None = None,
    response: str | None = None,
    contrast: str | None = None,
    max_new_tokens: int = 256,
    temperature: float = 0.0,
    top_k: int = 0,
    top_p: float = 1.0,
    seed: int = 0,
    stop: Sequence[str] = (),
    operator: Operator | str = Operator.MASK,
    masks: int | None = None,
    progress: Progress = no_progress,
) -> Explanation:
    """Complete a prompt and say which of its parts influenced which part of the response.

    Args:
        prompt: the prompt itself, or the path of a prompt template.
        model: a name from ``prompt-salience models``, a Gemma preset of keras-hub, ``kaggle://…`` or ``hf://…``
            that has been downloaded, a folder that Keras or Hugging Face wrote, or ``NAME:FOLDER``.
        case: the name of the case whose values fill the template; otherwise the first.
        values: values that replace the template's own, by variable. One that is no text replaces one that is none.
        form: ``raw`` text or ``chat`` turns; by default chat for a template with roles.
        method: how token scores are computed: a ``Method``, or its name such as ``gim``.
        granularity: ``token``, ``word``, ``sentence``, ``line``, ``paragraph``, ``pattern``, ``message``, ``example``
            or ``variable``.
        aggregation: how a unit's token scores become one number, ``sum`` or ``mean``; by default the sum.
        pattern: the regular expression of the granularity ``pattern``.
        language: the two-letter code of the language whose abbreviations do not end a sentence.
        target: a text in the response to explain; by default the whole response.
        target_unit: the number of a unit of the response to explain, counted from one.
        response: a response given by hand: nothing is generated.
        contrast: a text that might have stood in the place of the target: why this rather than that.
        max_new_tokens: the budget of the response.
        temperature: 0 is greedy.
        top_k: how many of the likeliest tokens may be drawn; 0 leaves all in.
        top_p: the share of probability that may be drawn from; 1 leaves all in.
        seed: makes draws repeatable.
        stop: texts that end the response.
        operator: how ``leave_one_out``, ``lime`` and ``shap`` leave units out: ``mask`` hides them from attention,
            ``remove`` takes their text out of the prompt.
        masks: how many ways of leaving units out ``lime`` and ``shap`` try, a forward pass each; None for their own
            number.
        progress: called with what is being done, how much is done and how much there is.

    Returns:
        A frozen explanation; scores are float64 NumPy arrays. Notebooks show it as a picture.

    Raises:
        ValueError: a choice is not one of those listed, or no mask is to be tried.
        UnreadableFileError: the template file cannot be read.
        PromptError: the template cannot be rendered; its ``problems`` say where and why.
        RequestError: the target is not in the response, or the response is empty.
        EngineError: the model could not be loaded or run.
    """
    settings = Settings(
        method=_choice(Method, method),
        granularity=_choice(Granularity, granularity),
        aggregation=_choice(Aggregation, aggregation) if aggregation else None,
        pattern=pattern,
        language=language,
        target_text=target,
        target_unit=target_unit,
        response=response,
        contrast=contrast,
        sampling=SamplingSettings(max_new_tokens, temperature, top_k, top_p, seed, tuple(stop)),
        ablation=AblationSettings(_choice(Operator, operator), _budget(masks), seed),
    )
    overrides = {name: value if isinstance(value, str) else _as_yaml(value) for name, value in (values or {}).items()}
    file = with_overrides(_template_file(prompt), overrides)
    chosen = chosen_case(file.template, case)
    rendered = render(file.template, chosen.name, overrides, _choice(Form, form) if form else None)
    show_explanations_in_notebooks()
    engine = _loaded_engine(str(model))
    return complete_and_explain(
        engine, rendered, settings, case=chosen.name, documents=file.documents, progress=progress
    )


def verify(explanation: Explanation, *, top: int = 3, progress: Progress = no_progress) -> Verification:
    """Check an explanation by removing: take out what influenced its target most, and see what changes.

    Args:
        explanation: what ``explain`` returned.
        top: how many units are taken out, one at a time, the strongest first.
        progress: called with what is being done, how much is done and how much there is.

    Returns:
        For each unit the target's log-probability, in nats, and the response, with it and without it; and how far the
        order of the influence agrees with what taking out the units did.

    Raises:
        ValueError: no unit is to be taken out.
        EngineError: the model could not be loaded or run.
    """
    if top < 1:
        message = f"top is {top}; at least one unit has to be taken out."
        raise ValueError(message)
    return verify_explanation(_engine_of(explanation.model), explanation, top, progress)


def _budget(masks: int | None) -> int | None:
    if masks is not None and masks < 1:
        message = f"masks is {masks}; at least one has to be tried."
        raise ValueError(message)
    return masks


def _choice(kind: type[Choice], word: str) -> Choice:
    try:
        return kind(word)
    except ValueError:
        message = f"{word!r} is no {kind.__name__.lower()}; choose one of {', '.join(kind)}."
        raise ValueError(message) from None


def _as_yaml(value: object) -> str:
    import yaml

    written: str = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=1_000_000)
    return written.removesuffix("\n").removesuffix("\n...")


def _template_file(prompt: str | Path) -> TemplateFile:
    return read_template(str(prompt)) if isinstance(prompt, Path) else parsed_template(Document("<prompt>", prompt))


_loaded: dict[str, Engine] = {}


def _engine_of(model: ModelInfo) -> Engine:
    loaded = (engine for engine in _loaded.values() if engine.info.path == model.path)
    return next(loaded, None) or _loaded_engine(model.path)


def _loaded_engine(model: str) -> Engine:
    """The engine of a model; the one before it is let go first, so that two are never in memory."""
    from prompt_salience.engine.load import load_engine

    if model not in _loaded:
        found = find_model(model)
        _loaded.clear()
        _loaded[model] = load_engine(found.path, name=found.name)
    return _loaded[model]

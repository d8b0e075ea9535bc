"""The Python door: ``prompt_salience.explain``.

Decisions:
- A ``str`` is a prompt, a ``Path`` is a template file: neither is ever taken for the other.
- The last model stays loaded, one at a time, so that a notebook waits for it once.
- Settings are keyword arguments under the names that the command line has.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.engine_client.models import DEFAULT_MODEL, find_model
from prompt_salience.engine_client.protocol import Engine, Progress, no_progress
from prompt_salience.explaining import Settings, complete_and_explain
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendered import Form
from prompt_salience.prompts.rendering import chosen_case, render
from prompt_salience.report.notebook import show_explanations_in_notebooks
from prompt_salience.template_files import TemplateFile, parsed_template, read_template, with_overrides


def explain(
    prompt: str | Path,
    *,
    model: str | Path = DEFAULT_MODEL,
    case: str | None = None,
    values: Mapping[str, str] | None = None,
    form: Form | None = None,
    progress: Progress = no_progress,
    **settings: Any,
) -> Explanation:
    """Complete a prompt and say which of its parts influenced which part of the response.

    Args:
        prompt: the prompt itself, or the path of a prompt template.
        model: a name from ``prompt-salience models``, or the folder of a Keras preset.
        case: the name of the case whose values fill the template.
        values: values that replace the template's own, by variable.
        form: raw text or chat turns; by default chat for a template with roles.
        progress: called with what is being done, how much is done and how much there is.
        settings: the fields of ``prompt_salience.explaining.Settings``: ``method``, ``granularity``, ``response`` …

    Returns:
        A frozen explanation; scores are float64 NumPy arrays. Notebooks show it as a picture.

    Raises:
        UnreadableFileError: the template file cannot be read.
        PromptError: the template cannot be rendered; its ``problems`` say where and why.
        RequestError: the target is not in the response, or the response is empty.
        EngineError: the model could not be loaded or run.
    """
    file = with_overrides(_template_file(prompt), values or {})
    chosen = chosen_case(file.template, case)
    rendered = render(file.template, chosen.name, values or {}, form)
    show_explanations_in_notebooks()
    return complete_and_explain(
        _loaded_engine(str(model)),
        rendered,
        Settings(**settings),
        case=chosen.name,
        documents=file.documents,
        progress=progress,
    )


def _template_file(prompt: str | Path) -> TemplateFile:
    return read_template(str(prompt)) if isinstance(prompt, Path) else parsed_template(Document("<prompt>", prompt))


@lru_cache(maxsize=1)
def _loaded_engine(model: str) -> Engine:
    from prompt_salience.engine.load import load_engine

    found = find_model(model)
    return load_engine(found.path, name=found.name)

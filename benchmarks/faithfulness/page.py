"""The page of the documents that shows the results: what was asked, what was measured, and the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from string import Template

from questions import PromptSet, Question
from results import Results
from tables import tables

TEMPLATE = Path(__file__).parent / "page_template.md"


def page(results: Results, asked: Sequence[Question], model: str, operator: str, plot: str | None) -> str:
    """The page as Markdown; ``plot`` is the address of the picture, if there is one."""
    drawn = Counter(question.prompt_set for question in asked)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        {prompt_set: drawn[prompt_set] for prompt_set in PromptSet},
        model=model,
        seed=results.seed,
        operator=operator,
        picture=f"![Faithfulness against cost]({plot})" if plot else "",
        questions=len(asked),
        tables=tables(results),
    )

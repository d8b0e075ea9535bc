"""Write the model card from the figures: ``python training/card.py``.

Decisions
- The card's figures are those that ``evaluate.py`` printed for the shipped file into ``figures.json``;
  nobody copies them by hand. What is missed is marked in the same table.
"""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any

from prompt_salience.embedded import embedded_model_path, load_calibration

HERE = Path(__file__).parent
TARGETS = {
    ("clean", "recommendation"): 0.99,
    ("mixed", "recommendation"): 0.95,
    ("clean", "names a right ingredient"): 0.97,
    ("planted wrong example", "recommendation"): 0.90,
    ("planted wrong example", "among three by grad_l2"): 0.90,
    ("planted wrong example", "first by removal"): 0.80,
}


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _cell(name: str, key: str, row: dict[str, Any]) -> str:
    if key not in row:
        return ""
    target = TARGETS.get((name, key))
    if target is None:
        return _percent(row[key])
    verdict = "met" if row[key] >= target else "missed"
    return f"{_percent(row[key])} (target {100 * target:.0f} %: {verdict})"


def _table(figures: dict[str, dict[str, Any]], names: list[str], columns: list[str]) -> str:
    lines = [f"| prompts | number | {' | '.join(columns)} |", "| --- " * (len(columns) + 2) + "|"]
    for name in names:
        cells = [_cell(name, column, figures[name]) for column in columns]
        lines.append(f"| {name} | {figures[name]['prompts']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _walkthrough(figures: dict[str, dict[str, Any]]) -> str:
    steps = [(name, row) for name, row in figures.items() if "answer" in row]
    texts = []
    for name, row in steps:
        lines = "\n".join(f"{place}. `{line}` ({score})" for place, (line, score) in enumerate(row["grad_l2"], 1))
        texts.append(f"**{name.capitalize()}**\n\n```\nAnalysis:{row['answer']}\n```\n\n{lines}")
    return "\n\n".join(texts)


def card(figures: dict[str, dict[str, Any]]) -> str:
    """Return the card's text."""
    measured = [name for name, row in figures.items() if "analysis" in row]
    traced = [name for name, row in figures.items() if "first by grad_l2" in row]
    calibration = load_calibration()
    return Template((HERE / "card_template.md").read_text(encoding="utf-8")).substitute(
        accuracy=_table(figures, measured, ["recommendation", "analysis", "names a right ingredient"]),
        influence=_table(
            figures,
            traced,
            [
                "recommendation",
                "first by grad_l2",
                "among three by grad_l2",
                "first by removal",
                "among three by removal",
            ],
        ),
        walkthrough=_walkthrough(figures),
        median=f"{calibration.quantiles[0.5]:.2f}",
        lowest=f"{calibration.quantiles[0.001]:.2f}",
        foreign=f"{calibration.foreign_highest:.2f}",
        threshold=f"{calibration.threshold:.2f}",
    )


def main() -> None:
    """Write the card beside the weights."""
    figures = json.loads((HERE / "figures.json").read_text(encoding="utf-8"))
    (embedded_model_path() / "MODEL_CARD.md").write_text(card(figures), encoding="utf-8")


if __name__ == "__main__":
    main()

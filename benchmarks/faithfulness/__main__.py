"""Which method tells the truth, and what it costs: ``python benchmarks/faithfulness``.

About the measures see ``prompt_salience.attribution.faithfulness``, about the prompts ``questions.py``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from ablations import Ablations
from candidates import compared
from measures import Measured, measured
from page import page
from questions import Question, questions
from results import Results, Row
from tables import plain, tables

from prompt_salience.attribution.ablation.settings import Operator
from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine.load import load_engine
from prompt_salience.engine_client.protocol import Engine, Method
from prompt_salience.explaining import Span
from prompt_salience.prompts.units import Granularity

GRANULARITIES = (Granularity.SENTENCE, Granularity.LINE)


def rows(
    engine: Engine, asked: Sequence[Question], methods: Sequence[Method], operator: Operator, seed: int
) -> Iterator[Row]:
    """Measure every method on every question at both granularities; where both divide alike, once for both."""
    for number, question in enumerate(asked, start=1):
        print(f"\rquestion {number} of {len(asked)}", end="", file=sys.stderr, flush=True)
        ablations = Ablations(engine, question, operator)
        known: dict[tuple[Span, ...], list[Measured]] = {}
        for granularity in GRANULARITIES:
            units = question.units(granularity)
            if units not in known:
                random = np.random.default_rng([seed, number])
                found = compared(engine, question, granularity, methods, operator, random)
                known[units] = measured(found, ablations, random)
            yield from (Row(question.prompt_set, granularity, one) for one in known[units])
    print(file=sys.stderr)


def parse() -> argparse.Namespace:
    """What was asked on the command line."""
    parser = argparse.ArgumentParser(prog="faithfulness", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default=str(embedded_model_path()), help="preset folder (default: embedded model)")
    parser.add_argument("--prompts", type=int, default=210, help="prompts beside the samples (default: 210)")
    parser.add_argument(
        "--methods", nargs="+", type=Method, default=list(Method), metavar="METHOD", help="default: all"
    )
    parser.add_argument(
        "--operator",
        type=Operator,
        choices=Operator,
        default=Operator.REMOVE,
        help="how units are left out (default: remove)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of prompts, masks and intervals (default: 0)")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write a page with the tables here")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw faithfulness against cost here")
    return parser.parse_args()


def main() -> None:
    """Measure, and write what was asked for."""
    options = parse()
    engine = load_engine(options.model)
    asked = list(questions(engine, options.prompts, options.seed))
    measurements = rows(engine, asked, options.methods, options.operator, options.seed)
    results = Results(list(measurements), options.seed)
    print(tables(results))
    if options.markdown:
        plot = options.plot.name if options.plot else None
        written = page(results, asked, engine.info.name, options.operator, plot)
        options.markdown.write_text(written, encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(plain(results), indent=1) + "\n", encoding="utf-8")
    if options.plot:
        from cost_plot import draw

        draw(results, options.plot)


if __name__ == "__main__":
    main()

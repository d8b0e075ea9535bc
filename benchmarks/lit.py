"""The engine beside LIT as it is published: the same weights, texts and targets in one run on one machine.

LIT runs with Keras on TensorFlow, in an environment of its own and in a process of its own; the engine runs in another.
The two take turns, so that a busy machine slows down both, and the best of each counts, because other programs only
ever add to it. Each did everything once before: compiling and tracing are in no figure. Both compute the same: the
scores and the responses are compared, and so are the token ids.

Decisions:
- A span is a sentence of the response. LIT explains one at a time, as it always does; ten take it ten requests.
- Nothing of a sequence was read before its first explanation: its prompt begins like no other. The next span comes
  later in the response, so that what is kept must reach beyond the first.
- Before a first run, a prompt that begins otherwise is run, so that nothing is kept of this one. The edit exchanges a
  word in the last third of the prompt. LIT keeps nothing, and begins anew after it.
- Time is also taken by the processor clock, which counts the work of all threads: where other programs run, it is the
  better measure of the two, and on a quiet machine the wall is.
- Peak memory is that of the whole process, from its start to the end of the explanation. LIT's ten requests take no
  more than one.
- The floor is worked out by ``floors.py``, with the best rates measured in the same run. One backward is one more span
  of the engine's, inside of what it has read: head rows and backward pass are all that is left.
"""

from __future__ import annotations

import argparse
import string
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from floors import Rates, Work, backward, gemma_config, head, head_gradients, new_token, reading, total
from lit_case import RESPONSE, SENTENCES, edits, prompt
from lit_environment import ENVIRONMENT, PINS, lit_python
from prompt_salience.engine.config import DecoderConfig
from random_model import SHAPES
from speed import machine
from turns import CLOCKS, Worker

FOLDER = Path(__file__).parent
NEW_TOKENS, AFTER_EDIT = 100, 50
FIRST_SENTENCE, NEXT_SENTENCE, COVERED_SENTENCE = 3, 7, 5
GIGABYTE = 1e9
ONE = "one target span, nothing kept from before"
NEXT = "the next span of the same run"
TEN = "ten response sentences"
FIRST_RUN = f"{NEW_TOKENS} new tokens, first run"
EDITED = "response after a one-word edit"
BACKWARD = "one backward and its head rows"
MEMORY = "peak memory of an explanation"
MEMORY_OF_TEN = "peak memory of ten at once"
GOALS = {ONE: 4.0, NEXT: 8.0, TEN: 10.0, FIRST_RUN: 1.4, EDITED: 8.0}
MOST_MEMORY, MOST_OVER_FLOOR = 0.6, 1.4
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "2", "KERAS_BACKEND": "tensorflow"}


@dataclass(frozen=True)
class Pair:
    """A figure of the engine and of LIT, None where LIT was left out."""

    ours: float
    lit: float | None = None

    def best(self, other: Pair) -> Pair:
        """The lesser of each."""
        both = self.lit is not None and other.lit is not None
        return Pair(min(self.ours, other.ours), min(self.lit, other.lit) if both else None)  # type: ignore[type-var]


Pairs = dict[str, Pair]
"""A figure by each clock."""


@dataclass(frozen=True)
class Plan:
    """What is read and written: a prompt, an edit of it, and how many tokens they have and share at their beginning."""

    prompt: str
    edited: str
    tokens: int
    shared: int
    spans: tuple[tuple[int, int], ...]


def pairs(ours: Mapping[str, float], lit: Mapping[str, float] | None) -> Pairs:
    """What each took by each clock."""
    return {clock: Pair(seconds, None if lit is None else lit[clock]) for clock, seconds in ours.items()}


class Sides:
    """The engine and LIT, each asked for the same thing in turn.

    Attributes:
        difference: the largest difference of a score so far, as a share of LIT's.
        same_texts: for each response of both, whether they were the same.
    """

    def __init__(self, ours: Worker, lit: Worker | None) -> None:
        self.ours, self.lit = ours, lit
        self.difference, self.same_texts = 0.0, list[bool]()

    def explain(self, text: str, sentences: Sequence[int]) -> Pairs:
        """Seconds for explaining some of the response's sentences after a prompt."""
        ours = self.explained(text, sentences)
        if self.lit is None:
            return pairs(ours["seconds"], None)
        lit = self.lit.ask("explain", **self._asked(text, sentences))
        assert ours["token_ids"] == lit["token_ids"], "the two read different tokens"
        self.difference = max(self.difference, largest_difference(ours["scores"], lit["scores"]))
        return pairs(ours["seconds"], lit["seconds"])

    def explained(self, text: str, sentences: Sequence[int]) -> dict[str, Any]:
        """What the engine answers when it explains some of the response's sentences after a prompt."""
        answer: dict[str, Any] = self.ours.ask("explain", **self._asked(text, sentences))
        return answer

    def _asked(self, text: str, sentences: Sequence[int]) -> dict[str, Any]:
        spans = self.spans(text)
        return {"prompt": text, "response": RESPONSE, "spans": [spans[index] for index in sentences]}

    def write(self, text: str, prompt_tokens: int, new_tokens: int) -> Pairs:
        """Seconds for a response of so many tokens."""
        ours = self.ours.ask("generate", prompt=text, new_tokens=new_tokens)
        assert ours["tokens"] == new_tokens, "the response ended early"
        if self.lit is None:
            return pairs(ours["seconds"], None)
        lit = self.lit.ask("generate", prompt=text, prompt_tokens=prompt_tokens, new_tokens=new_tokens)
        self.same_texts.append(ours["text"] == lit["text"])
        return pairs(ours["seconds"], lit["seconds"])

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """The token ranges of the response's sentences after a prompt."""
        found = self.ours.ask("spans", prompt=text, sentences=SENTENCES)
        return tuple((start, end) for start, end in found)

    def peak(self) -> Pair:
        """The most memory that each has held, in bytes."""
        return Pair(self.ours.ask("peak"), None if self.lit is None else self.lit.ask("peak"))


def largest_difference(ours: Sequence[Sequence[float]], lit: Sequence[Sequence[float]]) -> float:
    """The largest difference between two lists of scores, as a share of LIT's score; zeros must agree."""
    pairs = [pair for rows in zip(ours, lit, strict=True) for pair in zip(*rows, strict=True)]
    assert all((mine == 0) == (theirs == 0) for mine, theirs in pairs), "the two explain different tokens"
    return max(abs(mine - theirs) / abs(theirs) for mine, theirs in pairs if theirs)


def warmed_up(sides: Sides, cases: Iterator[str]) -> tuple[Plan, dict[str, Pair]]:
    """Do everything once, but LIT explains one span alone; what memory that took, before anything else took any."""
    text = prompt(next(cases))
    spans = sides.spans(text)
    sides.explain(text, [FIRST_SENTENCE])
    memory = {MEMORY: sides.peak()}
    for more in ([NEXT_SENTENCE], [COVERED_SENTENCE], range(len(SENTENCES))):
        sides.explained(text, more)
    memory[MEMORY_OF_TEN] = Pair(sides.peak().ours, memory[MEMORY].lit)
    edit = sides.ours.ask("unchanging_edit", prompt=text, edits=list(edits(text)), new_tokens=AFTER_EDIT)
    plan = Plan(text, edit["prompt"], spans[0][0], edit["kept"], spans)
    sides.write(text, plan.tokens, NEW_TOKENS)
    sides.write(plan.edited, plan.tokens, AFTER_EDIT)
    return plan, memory


def turn(sides: Sides, plan: Plan, cases: Iterator[str]) -> Iterator[tuple[str, Pairs]]:
    """Each work once, and the seconds it took."""
    fresh, another = prompt(next(cases)), prompt(next(cases))
    yield ONE, sides.explain(fresh, [FIRST_SENTENCE])
    yield NEXT, sides.explain(fresh, [NEXT_SENTENCE])
    yield BACKWARD, pairs(sides.explained(fresh, [COVERED_SENTENCE])["seconds"], None)
    sides.ours.ask("generate", prompt=" ".join(reversed(plan.prompt.split())), new_tokens=3)
    yield FIRST_RUN, sides.write(plan.prompt, plan.tokens, NEW_TOKENS)
    sides.ours.ask("generate", prompt=plan.prompt, new_tokens=AFTER_EDIT)
    yield EDITED, sides.write(plan.edited, plan.tokens, AFTER_EDIT)
    yield TEN, sides.explain(another, range(len(SENTENCES)))


def floors_of(config: DecoderConfig, plan: Plan, rates: Rates) -> dict[str, float]:
    """The least that each work takes, in seconds."""
    first, later, covered = (plan.spans[index] for index in (FIRST_SENTENCE, NEXT_SENTENCE, COVERED_SENTENCE))
    whole = reading(config, plan.spans[-1][1] - 1)
    rows = head_gradients(config, plan.spans[-1][1] - plan.tokens)
    steps = (step for written in range(NEW_TOKENS - 1) for step in new_token(config, plan.tokens + written))
    draft = (reading(config, AFTER_EDIT - 1, plan.tokens), head(config, AFTER_EDIT - 1))
    return {
        ONE: total(rates, reading(config, first[1] - 1), *_way_back(config, first)),
        NEXT: total(rates, *_way_back(config, later)),
        BACKWARD: total(rates, *_way_back(config, covered)),
        TEN: total(rates, whole, rows, *(backward(config, end - 1) for _, end in plan.spans)),
        FIRST_RUN: total(rates, reading(config, plan.tokens), head(config, 1), *steps),
        EDITED: total(rates, reading(config, plan.tokens - plan.shared, plan.shared), head(config, 1), *draft),
    }


def _way_back(config: DecoderConfig, span: tuple[int, int]) -> tuple[Work, Work]:
    return head_gradients(config, span[1] - span[0]), backward(config, span[1] - 1)


def measured(sides: Sides, config: DecoderConfig, repeats: int) -> dict[str, list[list[str]]]:
    """Measure everything; the rows of the table by each clock."""
    cases = iter(string.ascii_uppercase)
    plan, memory = warmed_up(sides, cases)
    print(f"prompt of {plan.tokens} tokens; the edit is at token {plan.shared}", flush=True)
    best = {clock: dict[str, Pair]() for clock in CLOCKS}
    rates = dict.fromkeys(CLOCKS, Rates(0, 0))
    for _ in range(repeats):
        rates = {clock: rates[clock].best(Rates(**found)) for clock, found in sides.ours.ask("rates").items()}
        for work, taken in turn(sides, plan, cases):
            print(f"{work}: {_told(taken)}", file=sys.stderr, flush=True)
            best |= {
                clock: best[clock] | {work: pair.best(best[clock].get(work, pair))} for clock, pair in taken.items()
            }
    for clock, found in rates.items():
        print(f"{found.operations / 1e9:,.0f} billion operations and {found.bytes / 1e9:,.1f} GB in a second ({clock})")
    return {clock: list(table(best[clock], floors_of(config, plan, rates[clock]), memory)) for clock in CLOCKS}


def _told(taken: Pairs) -> str:
    return "; ".join(f"{clock} {pair.ours:.2f} s, LIT {_seconds(pair.lit) or '-'}" for clock, pair in taken.items())


def table(best: Mapping[str, Pair], floors: Mapping[str, float], memory: Mapping[str, Pair]) -> Iterator[list[str]]:
    """The rows: work, LIT, the engine, the one over the other, the goal, the floor, and the engine over it."""
    yield ["work", "LIT", "engine", "LIT ÷ engine", "goal", "floor", "engine ÷ floor"]
    for work, pair in best.items():
        ratio = "" if pair.lit is None else f"{pair.lit / pair.ours:.1f}"
        times = [_seconds(pair.lit), _seconds(pair.ours), ratio, _goal(work), _seconds(floors[work])]
        over = f"{pair.ours / floors[work]:.2f}"
        yield [work, *times, f"{over}; {MOST_OVER_FLOOR} or less" if work == BACKWARD else over]
    for work, pair in memory.items():
        ratio = "" if pair.lit is None else f"{pair.lit / pair.ours:.1f}"
        goal = f"{1 / MOST_MEMORY:.1f} or more" if work == MEMORY else ""
        yield [work, _gigabytes(pair.lit), _gigabytes(pair.ours), ratio, goal, "", ""]


def _goal(work: str) -> str:
    return f"{GOALS[work]:g} or more" if work in GOALS else ""


def _seconds(duration: float | None) -> str:
    return "" if duration is None else f"{duration:.2f} s"


def _gigabytes(size: float | None) -> str:
    return "" if size is None else f"{size / GIGABYTE:.2f} GB"


def printed(rows: Sequence[Sequence[str]], *, markdown: bool) -> str:
    """The table as text, or as Markdown."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    if not markdown:
        return "\n".join("  ".join(line).rstrip() for line in lines)
    rule = ["-" * width for width in widths]
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))


def _workers(stack: ExitStack, folder: Path, environment: Path | None) -> Sides:
    ours = stack.enter_context(Worker([sys.executable, str(FOLDER / "our_side.py"), str(folder)], {}))
    if environment is None:
        return Sides(ours, None)
    command = [str(lit_python(environment)), str(FOLDER / "published_lit.py"), str(folder)]
    return Sides(ours, stack.enter_context(Worker(command, _QUIET)))


def _options() -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shape", choices=list(SHAPES), default="270m", help="default: %(default)s; tiny is for a try")
    parser.add_argument(
        "--repeats", type=int, default=3, help="turns that the best is taken of, at most 12 (default: 3)"
    )
    parser.add_argument(
        "--clock", nargs="+", choices=list(CLOCKS), default=["wall"],
        help="what to print a table by; processor time also means something on a busy machine (default: wall)",
    )  # fmt: skip
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--ours-only", action="store_true", help="leave LIT out")
    parser.add_argument(
        "--environment", type=Path, default=ENVIRONMENT, help="where LIT is installed (default: %(default)s)"
    )
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    options = _options()
    with TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary) / "model"
        with Worker([sys.executable, str(FOLDER / "random_model.py")], {}) as writer:
            writer.ask("write", folder=str(folder), shape=options.shape)
        sides = _workers(stack, folder, None if options.ours_only else options.environment)
        rows = measured(sides, gemma_config(SHAPES[options.shape]), options.repeats)
    for clock in options.clock:
        print(f"\ntime by the {clock} clock\n\n{printed(rows[clock], markdown=options.markdown)}")
    if sides.lit is not None:
        same = f"{sum(sides.same_texts)} of {len(sides.same_texts)}"
        print(f"\nscores differ by {sides.difference:.1e} of LIT's at most; {same} responses are the same")
    print(f"\n{machine()}; {options.shape} in float32; {', '.join(PINS[:2])}")


if __name__ == "__main__":
    main()

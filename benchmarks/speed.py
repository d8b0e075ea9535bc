"""Speed and memory of the engine on this machine: what the README's figures come from.

Everything but the last line is measured in one process, after the model was loaded and each length was run once.
The last line starts a new process that imports, loads, runs and explains; code compiled before is used again.

The response is drawn at a high temperature with a seed that lets it run to its full length, so that the figures do not
depend on where the model would stop.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine.gemma_engine import GemmaEngine
from prompt_salience.engine.load import load_engine
from prompt_salience.engine_client.protocol import ExplainRequest, Method, SamplingSettings

NEW_TOKENS = 40
EDITS = 20
SENTENCES = 4
SAMPLE = Path(__file__).parents[1] / "samples" / "menu" / "1-mistake.j2"


@dataclass(frozen=True)
class Figure:
    """One line of the table; ``goal`` is empty where none was set."""

    what: str
    measured: str
    goal: str = ""


@dataclass
class Compilations:
    """How many functions were compiled, or loaded from the cache of compiled code."""

    count: int = 0

    def listen(self) -> None:
        """Count from now on."""
        import jax

        jax.monitoring.register_event_duration_secs_listener(self._heard)

    def _heard(self, event: str, _seconds: float, **_details: str | int) -> None:
        self.count += event == "/jax/core/compile/backend_compile_duration"

    @contextmanager
    def counted(self) -> Iterator[list[int]]:
        """A list that gets the number of compilations inside the block."""
        before, result = self.count, list[int]()
        yield result
        result.append(self.count - before)


def prompt_of(engine: GemmaEngine, length: int) -> tuple[int, ...]:
    """A prompt of ``length`` tokens, of the kind that the embedded model knows."""
    text = SAMPLE.read_text(encoding="utf-8")
    tokens = engine.tokenize(text * (1 + length // 100), start=True)
    return tuple(token.id for token in tokens[:length])


def drawn(seed: int) -> SamplingSettings:
    """Settings whose responses seldom stop early."""
    return SamplingSettings(max_new_tokens=NEW_TOKENS, temperature=2.0, seed=seed)


def lasting_seed(engine: GemmaEngine, prompt: tuple[int, ...]) -> int:
    """A seed whose response to the prompt has its full length."""
    return next(seed for seed in range(1000) if len(run(engine, prompt, seed)) == NEW_TOKENS)


def run(engine: GemmaEngine, prompt: tuple[int, ...], seed: int) -> tuple[int, ...]:
    """The token ids of a response."""
    *_, last = engine.generate(prompt, drawn(seed))
    return tuple(token.id for token in last.tokens)


def first_token(engine: GemmaEngine, prompt: tuple[int, ...], seed: int) -> None:
    """Run a prompt up to the first token."""
    completions = engine.generate(prompt, drawn(seed))
    next(completions)
    completions.close()


def new_first_token(engine: GemmaEngine, prompt: tuple[int, ...], seed: int, repeats: int) -> str:
    """How long the first token takes after a prompt whose beginning nothing is remembered of."""
    swapped = (prompt[1], prompt[0], *prompt[2:])
    prompts = [(prompt, swapped)[count % 2] for count in range(repeats)]
    return in_words([duration(partial(first_token, engine, new, seed)) for new in prompts])


def explain(engine: GemmaEngine, prompt: tuple[int, ...], response: tuple[int, ...], method: Method) -> None:
    """Explain the whole response, and each of its parts that stand for sentences."""
    start, end = len(prompt), len(prompt) + len(response)
    borders = [start + len(response) * part // SENTENCES for part in range(SENTENCES + 1)]
    engine.explain(ExplainRequest(prompt + response, ((start, end), *pairwise(borders)), method))


def run_and_explain(engine: GemmaEngine, prompt: tuple[int, ...], seed: int) -> None:
    """What one edit costs."""
    explain(engine, prompt, run(engine, prompt, seed), Method.GRAD_L2)


def duration(action: Callable[[], None]) -> float:
    """How many seconds a call takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def in_words(durations: Sequence[float]) -> str:
    """The median and the largest of several durations."""
    return f"{median(durations) * 1000:,.0f} ms (at most {max(durations) * 1000:,.0f})"


def seconds(action: Callable[[], None], repeats: int) -> str:
    """The median and the largest duration of several calls."""
    return in_words([duration(action) for _ in range(repeats)])


def greedy_run(engine: GemmaEngine, prompt: tuple[int, ...]) -> tuple[int, ...]:
    """The token ids of the likeliest response."""
    *_, last = engine.generate(prompt, SamplingSettings(max_new_tokens=NEW_TOKENS))
    return tuple(token.id for token in last.tokens)


def changed_word(engine: GemmaEngine, prompt: tuple[int, ...]) -> tuple[int, ...]:
    """The prompt with a token in its last third exchanged for another one of it, such that the response stays."""
    wanted = greedy_run(engine, prompt)
    others = ((*prompt[:place], prompt[7], *prompt[place + 1 :]) for place in range(len(prompt) * 3 // 4, len(prompt)))
    return next(other for other in others if other != prompt and greedy_run(engine, other) == wanted)


def greedy_figures(engine: GemmaEngine, length: int, repeats: int) -> Iterator[Figure]:
    """The likeliest response: of a prompt of which nothing is remembered, and after an edit that does not change it.

    Both are measured in turn, so that a busy machine slows down both.
    """
    prompt = prompt_of(engine, length)
    edited_prompt, unrelated = changed_word(engine, prompt), tuple(reversed(prompt))
    first, again = [], []
    for _ in range(repeats):
        greedy_run(engine, unrelated)
        first.append(duration(lambda: greedy_run(engine, prompt)))
        again.append(duration(lambda: greedy_run(engine, edited_prompt)))
    yield Figure("likeliest response, first run", in_words(first))
    yield Figure("the same response after an edit of one word", in_words(again))
    yield Figure("first run over run after the edit", f"{median(first) / median(again):.1f} times as long")


def edited(prompt: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The prompt with one token, and for every other edit two tokens, taken out of its middle."""
    middle = 10 + 7 * count
    return prompt[:middle] + prompt[middle + 1 + count % 2 :]


def figures(model: str, length: int, repeats: int) -> Iterator[Figure]:
    """Measure everything."""
    compilations = Compilations()
    started = time.perf_counter()
    engine = load_engine(model)
    yield Figure("imports and loading", f"{time.perf_counter() - started:.1f} s")
    compilations.listen()
    prompt = prompt_of(engine, length)
    started = time.perf_counter()
    seed = lasting_seed(engine, prompt)
    response = run(engine, prompt, seed)
    explain(engine, prompt, response, Method.GRAD_L2)
    explain(engine, prompt, response, Method.GRAD_DOT_INPUT)
    yield Figure(
        "first run, with compilation", f"{time.perf_counter() - started:.1f} s, {compilations.count} functions"
    )
    yield Figure(
        "first token, prompt read before", seconds(lambda: first_token(engine, prompt, seed), repeats), "150 ms"
    )
    yield Figure("first token, new prompt", new_first_token(engine, prompt, seed, repeats), "150 ms")
    yield Figure(
        f"run of {NEW_TOKENS} tokens, explained by sentence",
        seconds(lambda: run_and_explain(engine, prompt, seed), repeats), "1,000 ms",
    )  # fmt: skip
    explain(engine, prompt, response, Method.GRAD_L2)
    yield Figure(
        "a further explanation of the run",
        seconds(lambda: explain(engine, prompt, response, Method.GRAD_DOT_INPUT), repeats), "200 ms",
    )  # fmt: skip
    with compilations.counted() as compiled:
        for count in range(EDITS):
            run_and_explain(engine, edited(prompt, count), seed)
    yield Figure(f"compilations in {EDITS} edits", str(compiled[0]), "0")
    yield from greedy_figures(engine, length, repeats)
    yield Figure("peak memory", f"{peak_megabytes():,.0f} MB", "900 MB")
    yield Figure("second start: imports, load, run, explain", second_start(model, length, seed), "15 s")


def peak_megabytes() -> float:
    """The most memory this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def second_start(model: str, length: int, seed: int) -> str:
    """How long a new process takes from its start to its end."""
    arguments = [sys.executable, __file__, "--model", model, "--tokens", str(length), "--once", str(seed)]
    started = time.perf_counter()
    subprocess.run(arguments, check=True)
    return f"{time.perf_counter() - started:.1f} s"


def machine() -> str:
    """What this machine is."""
    import jax

    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, JAX {jax.__version__} on {jax.devices()[0]}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--model", default=str(embedded_model_path()), help="a Keras preset folder (default: the embedded model)"
    )
    parser.add_argument("--tokens", type=int, default=300, help="tokens of the prompt (default: 300)")
    parser.add_argument("--repeats", type=int, default=9, help="runs that a median is taken of (default: 9)")
    parser.add_argument("--once", type=int, metavar="SEED", help="only load, run and explain once, and print nothing")
    options = parser.parse_args()
    if options.once is not None:
        engine = load_engine(options.model)
        run_and_explain(engine, prompt_of(engine, options.tokens), options.once)
        return
    for figure in figures(options.model, options.tokens, options.repeats):
        goal = f"   goal: {figure.goal}" if figure.goal else ""
        print(f"{figure.what:<48}{figure.measured}{goal}", flush=True)
    print(f"\n{machine()}; prompt of {options.tokens} tokens; {options.model}")


if __name__ == "__main__":
    main()

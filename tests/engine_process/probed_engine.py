"""The real engine process, which also says on standard error what its memory holds and how far a computation came."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from prompt_salience.engine import answering, serving
from prompt_salience.engine.__main__ import _load
from prompt_salience.engine.serving import Serving
from prompt_salience.engine_client.protocol import Engine, Progress
from prompt_salience.engine_client.wire import ModelAddress
from prompt_salience.standard_streams import take_link


def say(*words: object) -> None:
    print("probe:", *words, file=sys.stderr, flush=True)  # noqa: T201 - this is its log.


def live_bytes() -> int:
    jax = sys.modules.get("jax")
    return sum(array.nbytes for array in jax.live_arrays()) if jax else 0


def load(model: ModelAddress, progress: Progress) -> Engine:
    say("keras is imported:", "keras" in sys.modules)
    say("bytes before loading", model.name, live_bytes())
    engine = _load(model, progress)
    say("bytes with", model.name, live_bytes())
    return engine


def slowed(answer: Callable[..., Any]) -> Callable[..., Any]:
    def probed(request: Any, engine: Engine, progress: Progress, on_written: Any) -> Any:
        def step(doing: str, done: int, of: int) -> None:
            say(doing, done)
            progress(doing, done, of)
            time.sleep(0.03)

        return answer(request, engine, step, on_written)

    return probed


if __name__ == "__main__":
    serving.answer = slowed(answering.answer)
    link = take_link()
    print("printed by a library")  # noqa: T201 - must not reach the link.
    Serving(load, *link).run()

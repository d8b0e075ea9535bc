"""Whether a model fits into the memory that is free, whole or divided; if not, why, in numbers, and what would.

Decisions:
- A model has to have room for a text of 1,024 tokens, or of its context where that is shorter. Longer texts than fit
  are for the machine to find out: how long they will be is not known when a model is loaded.
- A smaller number format is only proposed on an accelerator: on a CPU it is several times slower.
- Where nothing fits, the numbers are those of the first division, usually one device alone. What is proposed would fit
  with the last one, the most devices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.division import Division
from prompt_salience.engine.free_memory import Memory
from prompt_salience.engine.lengths import SHORTEST, bucket_length
from prompt_salience.engine.memory_need import MemoryNeed, memory_need
from prompt_salience.engine_client.protocol import ModelLoadError

TOKENS = 1024
NUMBER_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
_GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A model in a number format, divided in one way; ``free`` are the bytes that each of its devices has."""

    config: DecoderConfig
    dtype: str
    division: Division
    device: str
    free: int

    @property
    def tokens(self) -> int:
        """The length of the text that it has to have room for."""
        return min(TOKENS, self.config.context_length)

    def need(self, dtype: str = "", tokens: int = 0) -> MemoryNeed:
        """What each device needs, perhaps with another number format or length."""
        return memory_need(self.config, NUMBER_BYTES[dtype or self.dtype], tokens or self.tokens, self.division)

    def fits(self, dtype: str = "", tokens: int = 0) -> bool:
        """Whether that is free."""
        return self.need(dtype, tokens).total <= self.free


def first_that_fits(
    name: str,
    config: DecoderConfig,
    dtype: str,
    divisions: Iterable[Division],
    memory_of: Callable[[int], Memory],
    *,
    accelerator: bool,
) -> Division:
    """The first of several divisions with which a model fits; where nobody knows what is free, the first.

    Args:
        name: what the model is called.
        config: of the whole model.
        dtype: its number format.
        divisions: at least one; the next one is only asked for where one does not fit.
        memory_of: what each device has for its part of the model, by the number of devices.
        accelerator: whether the devices are no CPUs.

    Raises:
        ModelLoadError: it does not fit; the message has the numbers, and says what would fit.
    """
    failed: list[_Attempt] = []
    for division in divisions:
        memory = memory_of(division.count)
        if memory.free is None:
            return division
        failed.append(_Attempt(config, dtype, division, memory.device, memory.free))
        if failed[-1].fits():
            return division
    more = [_on_more_devices(failed[-1])] if len(failed) > 1 else []
    said = [_numbers(name, failed[0]), *more, *_advice(failed[-1], accelerator=accelerator)]
    raise ModelLoadError(" ".join(said))


def _numbers(name: str, attempt: _Attempt) -> str:
    need, count = attempt.need(), attempt.division.count
    place = attempt.device if count == 1 else f"{count} devices ({attempt.device})"
    each = "it needs" if count == 1 else "on each it needs"
    return (
        f"{name} does not fit into the memory of {place}: {each} {_gb(need.total)} "
        f"({_gb(need.weights)} for the weights in {attempt.dtype}, {_gb(need.cache)} for the keys and values of "
        f"{attempt.tokens:,} tokens, {_gb(need.explanation)} to explain them), and {_gb(attempt.free)} are free."
    )


def _on_more_devices(attempt: _Attempt) -> str:
    count, needed, free = attempt.division.count, _gb(attempt.need().total), _gb(attempt.free)
    return f"Divided among {count} devices it needs {needed} on each, and {free} are free there."


def _advice(attempt: _Attempt, *, accelerator: bool) -> Iterator[str]:
    if accelerator and attempt.dtype == "float32" and attempt.fits("bfloat16"):
        on_each = " on each" if attempt.division.count > 1 else ""
        yield f"With the dtype bfloat16 it needs {_gb(attempt.need('bfloat16').total)}{on_each}, and fits."
    shorter = _longest_that_fits(attempt)
    if shorter:
        yield (
            f"With a context of {shorter:,} tokens it fits: put a file prompt_salience.json that holds "
            f'{{"context_length": {shorter}}} into the folder of the model.'
        )
    yield f"Close other programs, or choose a smaller model: {_largest_model(attempt)}."


def _longest_that_fits(attempt: _Attempt) -> int:
    """The largest length below its own with which the model fits, or 0."""
    return next((length for length in _lengths_below(attempt.tokens) if attempt.fits(tokens=length)), 0)


def _lengths_below(tokens: int) -> list[int]:
    """The bucket lengths that are smaller, largest first."""
    lengths = [SHORTEST]
    while lengths[-1] < tokens:
        lengths.append(bucket_length(lengths[-1] + 1))
    return [before for before, _ in pairwise(lengths)][::-1]


def _largest_model(attempt: _Attempt) -> str:
    """How large a model may be, if its texts need as much as this one's."""
    need = attempt.need()
    room = attempt.division.count * (attempt.free - need.cache - need.explanation)
    millions = room // NUMBER_BYTES[attempt.dtype] // 10**6
    if millions <= 0:
        return "hardly any would fit now"
    return f"up to about {millions:,} million parameters fit in {attempt.dtype}"


def _gb(count: int) -> str:
    return f"{count / _GIGABYTE:.1f} GB"

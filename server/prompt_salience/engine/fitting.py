"""Whether a model fits into the memory that is free; if not, why, in numbers, and what would.

Decisions:
- A model has to have room for a text of 1,024 tokens, or of its context where that is shorter. Longer texts than fit
  are for the machine to find out: how long they will be is not known when a model is loaded.
- A smaller number format is only proposed on an accelerator: on a CPU it is several times slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from prompt_salience.engine.config import DecoderConfig
from prompt_salience.engine.free_memory import Memory
from prompt_salience.engine.lengths import SHORTEST, bucket_length
from prompt_salience.engine.memory_need import MemoryNeed, memory_need
from prompt_salience.engine_client.protocol import ModelLoadError

TOKENS = 1024
NUMBER_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
_GIGABYTE = 1e9


def check_fits(name: str, config: DecoderConfig, dtype: str, memory: Memory, *, accelerator: bool) -> None:
    """Compare what a model needs with what is free; where nobody knows what is free, it passes.

    Raises:
        ModelLoadError: it does not fit; the message has the numbers, and says what would fit.
    """
    tokens = min(TOKENS, config.context_length)
    need = memory_need(config, NUMBER_BYTES[dtype], tokens)
    if memory.free is None or need.total <= memory.free:
        return
    advice = " ".join(_advice(config, dtype, memory.free, tokens, accelerator=accelerator))
    raise ModelLoadError(f"{_numbers(name, dtype, need, memory, tokens)} {advice}")


def _numbers(name: str, dtype: str, need: MemoryNeed, memory: Memory, tokens: int) -> str:
    return (
        f"{name} does not fit into the memory of {memory.device}: it needs {_gb(need.total)} "
        f"({_gb(need.weights)} for the weights in {dtype}, {_gb(need.cache)} for the keys and values of "
        f"{tokens:,} tokens, {_gb(need.explanation)} to explain them), and {_gb(memory.free or 0)} are free."
    )


def _advice(config: DecoderConfig, dtype: str, free: int, tokens: int, *, accelerator: bool) -> Iterator[str]:
    half = memory_need(config, NUMBER_BYTES["bfloat16"], tokens).total
    if accelerator and dtype == "float32" and half <= free:
        yield f"With the dtype bfloat16 it needs {_gb(half)}, and fits."
    shorter = _longest_that_fits(config, NUMBER_BYTES[dtype], free, tokens)
    if shorter:
        yield (
            f"With a context of {shorter:,} tokens it fits: put a file prompt_salience.json that holds "
            f'{{"context_length": {shorter}}} into the folder of the model.'
        )
    yield f"Close other programs, or choose a smaller model: {_largest_model(config, dtype, free, tokens)}."


def _longest_that_fits(config: DecoderConfig, number_bytes: int, free: int, tokens: int) -> int:
    """The largest length below ``tokens`` with which the model fits, or 0."""
    return next((length for length in _lengths_below(tokens) if _total(config, number_bytes, length) <= free), 0)


def _lengths_below(tokens: int) -> list[int]:
    """The bucket lengths that are smaller, largest first."""
    lengths = [SHORTEST]
    while lengths[-1] < tokens:
        lengths.append(bucket_length(lengths[-1] + 1))
    return [before for before, _ in pairwise(lengths)][::-1]


def _total(config: DecoderConfig, number_bytes: int, tokens: int) -> int:
    return memory_need(config, number_bytes, tokens).total


def _largest_model(config: DecoderConfig, dtype: str, free: int, tokens: int) -> str:
    """How large a model may be, if its texts need as much as this one's."""
    need = memory_need(config, NUMBER_BYTES[dtype], tokens)
    millions = (free - need.cache - need.explanation) // NUMBER_BYTES[dtype] // 10**6
    return f"up to about {millions:,} million parameters fit in {dtype}" if millions > 0 else "hardly any would fit now"


def _gb(count: int) -> str:
    return f"{count / _GIGABYTE:.1f} GB"

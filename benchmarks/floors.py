"""What the engine's work takes at the least on this machine: operations over its rate, or bytes over its bandwidth.

The machine is measured first: how many operations of float32 matrix products it does in a second, and how many bytes it
reads, both through JAX with the options that the engine compiles with. The rest is arithmetic on a model's config.

Decisions:
- A multiplication and an addition are two operations. Counted are products alone: projections, attention, logits.
- A token attends to itself and those before it inside the layer's window. What is masked is not counted.
- A step takes at least the longer of its operations and of reading its weights once. Steps that need each other's
  results add up.
- A backward pass gives no gradients of weights. Through a matrix it takes what the way forward took; through attention
  twice that, because both factors of its products depend on the input. The inside of a layer is not computed again.
- A row of the head gives a log-probability and its gradient: the embeddings are read twice, because the gradient needs
  the probabilities of all tokens.
- The best measurement of each rate counts, because other programs only ever slow it down.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from prompt_salience.engine.config import BlockConfig, DecoderConfig, LayerKind
from prompt_salience.engine.weights import block_shapes
from random_model import SHAPES
from speed import machine
from turns import CLOCKS, timed

NUMBER_BYTES = 4
_SIDE = 2_048
_ROWS, _COLUMNS = 131_072, 640


@dataclass(frozen=True)
class Rates:
    """Of a machine: operations of matrix products, and bytes read from memory, both in a second."""

    operations: float
    bytes: float

    def best(self, other: Rates) -> Rates:
        """The better of two measurements of each."""
        return Rates(max(self.operations, other.operations), max(self.bytes, other.bytes))


@dataclass(frozen=True)
class Work:
    """One step: operations, and bytes that have to be read."""

    operations: float
    bytes: float

    def seconds(self, rates: Rates) -> float:
        """The least that it takes."""
        return max(self.operations / rates.operations, self.bytes / rates.bytes)


def total(rates: Rates, *steps: Work) -> float:
    """The least that steps take one after the other, in seconds."""
    return sum(step.seconds(rates) for step in steps)


def reading(config: DecoderConfig, tokens: int, start: int = 0) -> Work:
    """All layers over ``tokens`` tokens that stand after ``start`` others, without the head."""
    products = 2 * tokens * _matrix_numbers(config) + _attention_operations(config, tokens, start)
    cache = 2 * start * config.block.key_value_heads * config.block.head_dim * len(config.layers)
    return Work(products, (_matrix_numbers(config) + cache) * NUMBER_BYTES)


def head(config: DecoderConfig, rows: int) -> Work:
    """The logits of so many rows."""
    numbers = config.vocabulary_size * config.hidden_dim
    return Work(2 * rows * numbers, numbers * NUMBER_BYTES)


def new_token(config: DecoderConfig, start: int) -> tuple[Work, Work]:
    """Read one token after ``start`` others, and find the next."""
    return reading(config, 1, start), head(config, 1)


def head_gradients(config: DecoderConfig, rows: int) -> Work:
    """Log-probabilities of a target's rows, and their gradients."""
    once = head(config, rows)
    return Work(2 * once.operations, 2 * once.bytes)


def backward(config: DecoderConfig, tokens: int) -> Work:
    """The way back of one target through all layers, over the tokens that stand before its last one."""
    forward = reading(config, tokens)
    return Work(forward.operations + _attention_operations(config, tokens, 0), forward.bytes)


def _matrix_numbers(config: DecoderConfig) -> int:
    """The numbers in the matrices of all layers."""
    return len(config.layers) * sum(math.prod(shape) for shape in block_shapes(config).values() if len(shape) > 1)


def _attention_operations(config: DecoderConfig, tokens: int, start: int) -> int:
    """A pair of tokens takes a product of two heads for its score, and another to read the value."""
    pairs = sum(_visible_pairs(tokens, start, kind.window) for kind in config.layers)
    return 4 * pairs * config.block.query_heads * config.block.head_dim


def _visible_pairs(tokens: int, start: int, window: int | None) -> int:
    return sum(min(position + 1, window or position + 1) for position in range(start, start + tokens))


def gemma_config(config: dict[str, Any]) -> DecoderConfig:
    """What a ``GemmaBackbone`` with these keyword arguments computes; its caps are none of it."""
    window = config.get("sliding_window_size") if config.get("use_sliding_window_attention") else None
    kinds = (LayerKind(window), LayerKind())
    heads = (config["num_query_heads"], config["num_key_value_heads"], config["head_dim"])
    return DecoderConfig(
        family="gemma2",
        vocabulary_size=config["vocabulary_size"],
        hidden_dim=config["hidden_dim"],
        feedforward_dim=config["intermediate_dim"] // 2,
        block=BlockConfig(*heads, query_scale=1.0, attention_soft_cap=None, norm_epsilon=1e-6),
        layers=tuple(kinds[index % 2] for index in range(config["num_layers"])),
        embedding_scale=config["hidden_dim"] ** 0.5,
        final_soft_cap=None,
        final_norm_epsilon=1e-6,
        context_length=8_192,
    )


def measured_rates(repeats: int = 5) -> dict[str, Rates]:
    """What this machine does at its best, in a second of each clock."""
    operations, moved = _product_rate(repeats), _bandwidth(repeats)
    return {clock: Rates(operations[clock], moved[clock]) for clock in CLOCKS}


def _product_rate(repeats: int) -> dict[str, float]:
    import jax.numpy as jnp

    from prompt_salience.engine.arithmetic import product
    from prompt_salience.engine.compiling import compiled

    multiply = compiled()(lambda left, right: product("ab,bc->ac", left, right))
    square = jnp.ones((_SIDE, _SIDE), jnp.float32)
    return _rates(2 * _SIDE**3, lambda: multiply(square, square), repeats)


def _bandwidth(repeats: int) -> dict[str, float]:
    """Of a product with a vector, a sum and a copy, whichever moves most bytes."""
    import jax.numpy as jnp

    from prompt_salience.engine.arithmetic import product
    from prompt_salience.engine.compiling import compiled

    by_vector = compiled()(lambda array, vector: product("ab,b->a", array, vector))
    summed = compiled()(lambda array, vector: (array * vector[0]).sum())
    copied = compiled()(lambda array, vector: array + vector[0])
    array, vector = jnp.ones((_ROWS, _COLUMNS), jnp.float32), jnp.ones(_COLUMNS, jnp.float32)
    moved = ((by_vector, array.nbytes), (summed, array.nbytes), (copied, 2 * array.nbytes))
    rates = [_rates(size, partial(move, array, vector), repeats) for move, size in moved]
    return {clock: max(rate[clock] for rate in rates) for clock in CLOCKS}


def _rates(size: float, action: Callable[[], Any], repeats: int) -> dict[str, float]:
    """A size over the shortest of several calls after a first one, by each clock."""
    action().block_until_ready()
    durations = []
    for _ in range(repeats):
        with timed() as taken:
            action().block_until_ready()
        durations.append(taken)
    return {clock: size / min(taken[clock] for taken in durations) for clock in CLOCKS}


def floors(config: DecoderConfig, rates: Rates, prompt: int, response: int, target: int) -> Iterator[tuple[str, float]]:
    """What each piece of work takes at the least, in seconds.

    Args:
        config: the model.
        rates: the machine.
        prompt: tokens of the prompt.
        response: tokens of the response.
        target: tokens of the target, which ends with the response.
    """
    whole = prompt + response - 1
    yield "reading the prompt, up to the first token", total(rates, reading(config, prompt), head(config, 1))
    yield "one new token after it", total(rates, *new_token(config, prompt))
    yield "checking a draft of the response", total(rates, reading(config, response, prompt), head(config, response))
    yield "forward pass of prompt and response", reading(config, whole).seconds(rates)
    yield "head rows of the target", head_gradients(config, target).seconds(rates)
    yield "one backward pass", backward(config, whole).seconds(rates)


def main() -> None:
    """Print the machine's rates and the floors."""
    from loading import SHAPES as LOADED_SHAPES

    configs = SHAPES | {"gemma2-2b": LOADED_SHAPES["gemma2-2b"][1]}
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shape", choices=list(configs), default="270m", help="default: %(default)s")
    parser.add_argument("--prompt", type=int, default=350, help="tokens of the prompt (default: %(default)s)")
    parser.add_argument("--response", type=int, default=50, help="tokens of the response (default: %(default)s)")
    parser.add_argument("--target", type=int, default=5, help="tokens of the target (default: %(default)s)")
    options = parser.parse_args()
    rates = measured_rates()["wall"]
    print(f"{'matrix products':<48}{rates.operations / 1e9:,.0f} billion operations a second")
    print(f"{'memory':<48}{rates.bytes / 1e9:,.1f} GB a second")
    lengths = (options.prompt, options.response, options.target)
    for what, floor in floors(gemma_config(configs[options.shape]), rates, *lengths):
        print(f"{what:<48}{floor * 1000:,.0f} ms")
    print(f"\n{machine()}; {options.shape} in float32")


if __name__ == "__main__":
    main()

"""How the engine's functions are compiled.

Decisions:
- XLA must not hand groups of operations to YNNPACK on a CPU. In jaxlib 0.10.2 that is on by default, and the gradient
  of a norm over heads, for several targets at once, comes out wrong without a word: some targets of a batch are off by
  many times their size, depending on their place in it. Tests of whole batches guard against its return.
- A jaxlib that does not know the option has no such step, and compiles as it is.
- Nothing is compiled, and no device is asked for, before a function is first called.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache, wraps
from typing import ParamSpec, TypeVar, cast

import jax

from prompt_salience.engine_client.protocol import Progress

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_CPU_OPTIONS = {"xla_cpu_experimental_ynn_fusion_type": ""}


def compiled(
    *, static: tuple[str, ...] = (), donated: tuple[str, ...] = ()
) -> Callable[[Callable[_Arguments, _Result]], Callable[_Arguments, _Result]]:
    """Compile a function for each shape it meets.

    Args:
        static: names of arguments that are part of the code; they must be hashable.
        donated: names of arguments whose memory the result may take over.

    Returns:
        A decorator.
    """

    def decorate(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
        @cache
        def build() -> Callable[_Arguments, _Result]:
            built = jax.jit(
                function, static_argnames=static, donate_argnames=donated, compiler_options=compiler_options()
            )
            return cast("Callable[_Arguments, _Result]", built)

        @wraps(function)
        def call(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
            return build()(*arguments, **named)

        return call

    return decorate


_announced: set[tuple[Hashable, ...]] = set()


def announce(progress: Progress, *shape: Hashable) -> None:
    """Report ``compiling`` before the first call with a shape that this process has not met; it takes its time."""
    if shape not in _announced:
        progress("compiling", 0, 0)
        _announced.add(shape)


@cache
def compiler_options() -> dict[str, str]:
    """The options that this version of XLA knows."""
    try:
        jax.jit(lambda: 0, compiler_options=_CPU_OPTIONS)()
    except jax.errors.JaxRuntimeError:
        return {}
    return _CPU_OPTIONS

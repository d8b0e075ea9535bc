"""One run of a compiled template.

Decisions:
- Every missing value that a run meets is told at once, each where it is looked up; a failure that follows from
  one is not told on top of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import CodeType
from typing import Any

from jinja2 import Template
from jinja2.exceptions import SecurityError

from prompt_salience.prompts.jinja import hooks
from prompt_salience.prompts.jinja.bounds import CHARACTERS_PER_STEP, Bounds, BoundsError, Meter
from prompt_salience.prompts.jinja.instrumentation import Site
from prompt_salience.prompts.jinja.missing import Missing, MissingValue, MissingValues
from prompt_salience.prompts.jinja.sandbox import Sandbox
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.source_map import Origin, Place
from prompt_salience.prompts.suggestions import asked, nearest
from prompt_salience.prompts.traced_text import TracedText, joined, with_origins


class Execution:
    """Runs a compiled template once. ``texts`` and ``sites`` are what the numbers in its code stand for."""

    def __init__(self, texts: Sequence[TracedText], sites: Sequence[Site], whole: Place, bounds: Bounds) -> None:
        self._texts = texts
        self._sites = sites
        self._whole = whole
        self._sandbox = Sandbox(Meter(bounds))
        self._meter = self._sandbox.meter
        self._trail = self._sandbox.trail
        self._missing = MissingValues(self._trail)
        self._origins: dict[tuple[int, int], tuple[Origin | None, Origin]] = {}
        self._sandbox.undefined = type("Missing", (Missing,), {"notes": self._missing, "__slots__": ()})
        self._sandbox.filters.update(self._hooks())

    def _hooks(self) -> dict[str, Callable[..., Any]]:
        return {
            hooks.TEXT: self._text,
            hooks.BEGIN: self._begin,
            hooks.END: self._end,
            hooks.EMIT: self._emit,
            hooks.EMIT_BLOCK: self._emit_block,
            hooks.MARK: self._mark,
            hooks.TURN: self._mark,
        }

    def run(self, code: CodeType, values: Mapping[str, Any], names: Sequence[str]) -> TracedText:
        """The rendered text. ``names`` are those the template itself gives, for suggestions.

        Raises:
            PromptError: a value is missing, a bound is reached, or an expression fails.
        """
        try:
            text = self._rendered(code, values)
        except Exception as error:  # a template may raise anything that Python can.
            if not self._missing.found:
                raise PromptError(self._failure(error)) from error
            text = TracedText()
        if self._missing.found:
            known = [*values, *names, *self._sandbox.globals]
            problems = {self._missing_problem(missing, known): None for missing in self._missing.found}
            raise PromptError(*sorted(problems, key=lambda problem: problem.place.start))
        return text

    def _rendered(self, code: CodeType, values: Mapping[str, Any]) -> TracedText:
        template = Template.from_code(self._sandbox, code, self._sandbox.globals)
        pieces: list[str] = []
        size = 0
        for piece in template.root_render_func(template.new_context(dict(values))):
            size += self._meter.size_of(piece)
            self._meter.fits(size)
            pieces.append(piece)
        return joined(pieces)

    def _text(self, number: int) -> TracedText:
        text = self._texts[number]
        self._meter.work(1 + len(text) // CHARACTERS_PER_STEP)
        return text

    def _begin(self, site: int) -> int:
        self._meter.work(self._sites[site].steps)
        return self._trail.enter(site)

    def _end(self, depth: int, value: Any) -> Any:
        self._meter.handled(value)
        self._trail.leave(depth)
        return value

    def _emit(self, depth: int, value: Any) -> str:
        self._meter.handled(value)
        text = self._emitted(str(value), self._trail.running[depth])
        self._trail.leave(depth)
        return text

    def _emit_block(self, value: Any, site: int) -> Any:
        return self._emitted(value, site) if isinstance(value, str) else value

    def _mark(self, site: int) -> bool:
        self._trail.current = site
        self._meter.work(self._sites[site].steps)
        return True

    def _emitted(self, text: str, site: int) -> TracedText:
        return with_origins(text, lambda origin: self._origin(origin, site))

    def _origin(self, origin: Origin | None, site: int) -> Origin:
        key = id(origin), site
        if key not in self._origins:
            # The origin is kept with its successor, so that its identity is not given to another one.
            self._origins[key] = origin, _emitted_by(origin, self._sites[site])
        return self._origins[key][1]

    def _failure(self, error: Exception) -> Problem:
        place = self._place(self._trail.current)
        if isinstance(error, BoundsError):
            return Problem(place, str(error), "bounds-exceeded")
        if isinstance(error, (RecursionError, MemoryError)):
            message = "This is nested too deeply to be rendered; a macro or loop may call itself without end."
            return Problem(place, message, "bounds-exceeded")
        if isinstance(error, SecurityError):
            return Problem(place, str(error), "unsafe-template")
        return Problem(place, f"This expression fails: {error or type(error).__name__}", "render-error")

    def _missing_problem(self, missing: MissingValue, known: Sequence[str]) -> Problem:
        lookup = self._lookup(missing)
        place = lookup or self._place(missing.site)
        if missing.refused:
            return Problem(place, f"The sandbox does not give access to {missing.name!r}.", "unsafe-template")
        if missing.of_object:
            meant = nearest(missing.name, missing.known)
            code, message, suggestion = "undefined-attribute", f"{missing.message}.", asked(meant)
        else:
            meant = nearest(missing.name, known)
            code, message = "undefined-variable", f"The variable {missing.name!r} has no value."
            suggestion = asked(meant) or "Give it a value, or a default with |default('…')."
        return Problem(place, message, code, suggestion, replacement=meant if lookup else "")

    def _lookup(self, missing: MissingValue) -> Place | None:
        lookups = self._sites[missing.site].lookups if missing.site >= 0 else ()
        found = (lookup.place for lookup in lookups if (lookup.name, lookup.attribute) == missing.key)
        return next(found, None)

    def _place(self, site: int) -> Place:
        return self._sites[site].place if site >= 0 else self._whole


def _emitted_by(origin: Origin | None, site: Site) -> Origin:
    if origin is None:
        return site.origin
    return origin if origin.via else replace(origin, via=site.place)

"""The settings of an editor, section ``promptSalience``, checked.

Decisions:
- A setting that is not there, or null, has its default. One that means nothing has its default too, and a message
  says so; the others still count.
- A setting that nobody knows is named in the same message: it is a misspelt one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from prompt_salience.attribution.ablation.settings import Operator
from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.editor.choices import Choices, Live
from prompt_salience.engine_client.protocol import Method
from prompt_salience.prompts.patterns import PatternError, pattern_divider
from prompt_salience.prompts.suggestions import did_you_mean
from prompt_salience.prompts.units import Granularity

SECTION = "promptSalience"


class EngineStart(StrEnum):
    """When the engine process starts."""

    ON_DEMAND = "onDemand"
    AT_ONCE = "atOnce"


class Tint(StrEnum):
    """How a client that draws by itself shows influence."""

    BACKGROUND = "background"
    UNDERLINE = "underline"
    SEMANTIC_TOKENS = "semanticTokens"
    OFF = "off"


@dataclass(frozen=True)
class Settings:
    """What can be set.

    Attributes:
        choices: how prompts are run and explained, unless a command says otherwise for one of them.
        engine_start: when the engine process starts.
        hints: whether shares are written at the ends of lines.
        lenses: whether lenses are shown above the prompt.
        open_response: whether the response is shown beside the prompt when a run begins.
        tint: how influence is shown by a client that draws by itself; others show semantic tokens.
    """

    choices: Choices = field(default_factory=Choices)
    engine_start: EngineStart = EngineStart.ON_DEMAND
    hints: bool = True
    lenses: bool = True
    open_response: bool = True
    tint: Tint = Tint.BACKGROUND


class BadSettingError(Exception):
    """A setting means nothing; the message says what it may be."""


_Change = Callable[[Settings, Any], Settings]


def checked_settings(given: object) -> tuple[Settings, tuple[str, ...]]:
    """Settings as an editor gave them, and what is wrong with them, a sentence each."""
    if given is None:
        return Settings(), ()
    if not isinstance(given, Mapping):
        return Settings(), (f"{SECTION} must be an object.",)
    settings, faults = Settings(), []
    for name, value in _flat(given):
        try:
            settings = _with(settings, name, value)
        except BadSettingError as error:
            faults.append(f"{SECTION}.{name} {error}")
    return settings, tuple(faults)


def _flat(given: Mapping[Any, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """The settings by dotted name, whether they were given nested or dotted."""
    found: list[tuple[str, Any]] = []
    for name, value in given.items():
        dotted = f"{prefix}{name}"
        found += _flat(value, f"{dotted}.") if isinstance(value, Mapping) else [(dotted, value)]
    return found


def _with(settings: Settings, name: str, value: Any) -> Settings:
    if name in OTHERS_SETTINGS or name.startswith("trace."):
        return settings
    if name not in KNOWN:
        message = f"is no setting. {did_you_mean(name, KNOWN)}".strip()
        raise BadSettingError(message)
    return settings if value is None else KNOWN[name](settings, value)


def _choice(name: str, read: Callable[[Any], Any]) -> _Change:
    return lambda settings, value: replace(settings, choices=replace(settings.choices, **{name: read(value)}))


def _inner(group: str, name: str, read: Callable[[Any], Any]) -> _Change:
    """What changes a member of a member of the choices."""

    def change(settings: Settings, value: Any) -> Settings:
        changed = replace(getattr(settings.choices, group), **{name: read(value)})
        return replace(settings, choices=replace(settings.choices, **{group: changed}))

    return change


def _sampling(name: str, read: Callable[[Any], Any]) -> _Change:
    return _inner("sampling", name, read)


def _ablation(name: str, read: Callable[[Any], Any]) -> _Change:
    return _inner("ablation", name, read)


def _own(name: str, read: Callable[[Any], Any]) -> _Change:
    return lambda settings, value: replace(settings, **{name: read(value)})


def _one_of(kind: type[StrEnum]) -> Callable[[Any], StrEnum]:
    def read(value: Any) -> StrEnum:
        try:
            return kind(value)
        except ValueError:
            names = [str(one) for one in kind]
            message = f"must be one of {', '.join(names)}, not {value!r}. {did_you_mean(str(value), names)}"
            raise BadSettingError(message.strip()) from None

    return read


def _text(value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise BadSettingError("must be a text.")


def _pattern(value: Any) -> str | None:
    if value == "":
        return None
    try:
        pattern_divider(_text(value))
    except PatternError as error:
        raise BadSettingError(f"cannot be used: {error}") from error
    return str(value)


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(text, str) and text for text in value):
        return tuple(value)
    raise BadSettingError("must be a list of texts.")


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise BadSettingError("must be true or false.")


def _number(least: float, most: float, *, whole: bool) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and least <= value <= most and (not whole or value == int(value)):
            return int(value) if whole else float(value)
        kind = "a whole number" if whole else "a number"
        limits = f"of at least {least:g}" if most >= _MANY else f"from {least:g} to {most:g}"
        message = f"must be {kind} {limits}, not {value!r}."
        raise BadSettingError(message)

    return read


def _dtype(value: Any) -> str | None:
    if value in ("", "auto"):
        return None
    if value in ("float32", "bfloat16", "float16"):
        return str(value)
    message = f"must be auto, float32, bfloat16 or float16, not {value!r}."
    raise BadSettingError(message)


def _aggregation(value: Any) -> StrEnum | None:
    return None if value in ("", "auto") else _one_of(Aggregation)(value)


_MANY = 2**31

KNOWN: Mapping[str, _Change] = {
    "model": _choice("model", _text),
    "dtype": _choice("dtype", _dtype),
    "method": _choice("method", _one_of(Method)),
    "granularity": _choice("granularity", _one_of(Granularity)),
    "aggregation": _choice("aggregation", _aggregation),
    "pattern": _choice("pattern", _pattern),
    "language": _choice("language", _text),
    "ablation.operator": _ablation("operator", _one_of(Operator)),
    "ablation.masks": _ablation("masks", _number(1, _MANY, whole=True)),
    "live": _choice("live", _one_of(Live)),
    "sampling.maxNewTokens": _sampling("max_new_tokens", _number(1, _MANY, whole=True)),
    "sampling.temperature": _sampling("temperature", _number(0, 100, whole=False)),
    "sampling.topK": _sampling("top_k", _number(0, _MANY, whole=True)),
    "sampling.topP": _sampling("top_p", _number(1e-6, 1, whole=False)),
    "sampling.seed": _sampling("seed", _number(0, _MANY, whole=True)),
    "sampling.stop": _sampling("stop_strings", _texts),
    "inlayHints.enabled": _own("hints", _switch),
    "inlayHints.threshold": _choice("hint_threshold", _number(0, 1, whole=False)),
    "codeLens.enabled": _own("lenses", _switch),
    "engine.start": _own("engine_start", _one_of(EngineStart)),
    "tint": _own("tint", _one_of(Tint)),
    "response.open": _own("open_response", _switch),
}

OTHERS_SETTINGS = frozenset({"interpreter", "path", "packageSource", "include"})
"""Settings of the same section that clients read themselves."""

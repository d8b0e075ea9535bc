"""Whether a value is of the kind that its input declares."""

from __future__ import annotations

from collections.abc import Mapping

from prompt_salience.prompts.cases import Input, Value
from prompt_salience.prompts.problems import Problem, PromptError

NUMBER = (int, float)
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": (str, *NUMBER),
    "integer": int,
    "float": NUMBER,
    "number": NUMBER,
    "boolean": bool,
    "array": list,
    "list": list,
    "object": dict,
}


def check_kind(declared: Input, value: Value) -> None:
    """Check a value against the declaration. A number may stand for text; an unknown kind allows anything.

    Raises:
        PromptError: the value is of another kind.
    """
    types = TYPES.get(declared.kind)
    is_flag = isinstance(value.data, bool) and declared.kind in ("integer", "float", "number")
    if types is None or value.data is None or (isinstance(value.data, types) and not is_flag):
        return
    message = f"{declared.name!r} is declared as {declared.kind}, and this is no {declared.kind}."
    raise PromptError(Problem(value.place, message, "wrong-type"))

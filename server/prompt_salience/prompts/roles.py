"""Role markers: the lines of a Prompty body that say who speaks.

Decisions:
- A marker is a line of its own such as ``user:`` or ``# assistant[name="x"]:``, in any case of letters.
- Markers are found in the template as it is written, and count where that very text is rendered; so no value can
  start a message.
- A line in small letters that is almost a role (``asistant:``) is taken for a misspelt marker. ``Note:`` is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from prompt_salience.prompts.document import Document
from prompt_salience.prompts.problems import Problem, PromptError
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.suggestions import asked, nearest

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
MARKER = re.compile(
    r"^[ \t]*#?[ \t]*(?P<role>[A-Za-z_]{2,32})(?P<attributes>\[[^\]\r\n]*\])?[ \t]*:[ \t]*(?=\r|\n|\Z)", re.MULTILINE
)
ALMOST = 0.8


@dataclass(frozen=True, slots=True)
class RoleMarker:
    """A line that starts a message of ``role``, and its place without the line end."""

    role: str
    place: Place


def role_markers(document: Document, start: int, end: int) -> tuple[RoleMarker, ...]:
    """The markers in the characters ``start:end`` of a document.

    Raises:
        PromptError: a line looks like a marker, of a role that does not exist.
    """
    markers, problems = [], []
    for match in MARKER.finditer(document.text, start, end):
        role = match["role"].lower()
        place = Place(document.path, match.start(), match.end())
        if role in ROLES:
            markers.append(RoleMarker(role, place))
        elif meant := _meant(match):
            at = Place(document.path, *match.span("role"))
            message = f"There is no role {match['role']!r}; the roles are {', '.join(ROLES)}."
            problems.append(Problem(at, message, "unknown-role", asked(meant), replacement=meant))
    if problems:
        raise PromptError(*problems)
    return tuple(markers)


def _meant(match: re.Match[str]) -> str:
    role = match["role"]
    if match["attributes"]:
        return nearest(role.lower(), ROLES, similarity=0.0) or ROLES[0]
    if not role.islower() or role.removesuffix("s") in ROLES:
        return ""
    return nearest(role, ROLES, ALMOST)

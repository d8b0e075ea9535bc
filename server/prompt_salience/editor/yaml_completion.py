"""What may be written in front matter and in files of values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from prompt_salience.editor.key_documentation import CASE, FRONT_MATTER, INPUT, SIDECAR
from prompt_salience.editor.known_values import declared_inputs, used_names
from prompt_salience.editor.proposal import Proposal, ProposalKind
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.yaml_position import ITEM, YamlPosition, yaml_position
from prompt_salience.prompts.formats.kinds import TYPES
from prompt_salience.prompts.formats.prompty import INPUT_KEYS, KEYS
from prompt_salience.prompts.formats.sidecar import CASE_KEYS, SHARED_KEYS
from prompt_salience.prompts.formats.written_names import names_in_sidecar

REST = re.compile(r"[\w$.]*")
HAS_COLON = re.compile(r"[ \t]*:")
FLAGS = ("true", "false")
LANGUAGE_KEYS = {
    ("template",),
    ("template", "kind"),
    ("template", "type"),
    ("template", "format"),
    ("template", "format", "kind"),
}


def front_matter_proposals(snapshot: Snapshot, start: int, end: int, body: int, offset: int) -> Iterator[Proposal]:
    """What may stand at an offset of the front matter ``start:end``; the body starts at ``body``."""
    text = snapshot.documents[snapshot.path].text
    at = yaml_position(text, start, end, offset)
    if at is None:
        return
    if at.key:
        yield from _words(text, at, offset, _front_matter_values(at))
    elif at.path == ():
        yield from _keys(text, at, offset, KEYS, FRONT_MATTER)
    elif at.path in (("inputs",), ("sample",)):
        declared = {known.name for known in declared_inputs(snapshot)}
        yield from _variables(text, at, offset, (name for name in used_names(snapshot, body) if name not in declared))
    elif at.path[:1] == ("inputs",) and len(at.path) == 2:
        yield from _keys(text, at, offset, INPUT_KEYS, INPUT)
    elif at.path == ("template",):
        yield from _keys(text, at, offset, ("format", "kind"), {})


def sidecar_proposals(snapshot: Snapshot, path: str, offset: int) -> Iterator[Proposal]:
    """What may stand at an offset of the file of values."""
    text = snapshot.documents[path].text
    at = yaml_position(text, 0, len(text), offset)
    if at is None or at.key:
        return
    in_case = len(at.path) == 2 and at.path[0] == "cases"
    has_shape = bool({"cases", "values"} & at.siblings)
    if in_case:
        yield from _keys(text, at, offset, CASE_KEYS, CASE)
    if at.path == () and (has_shape or not at.siblings - set(SHARED_KEYS)):
        yield from _keys(text, at, offset, SHARED_KEYS, SIDECAR)
    is_values = at.path == ("values",) or (len(at.path) == 3 and at.path[0] == "cases" and at.path[2] == "values")
    if is_values or (at.path == () and not has_shape):
        shared = _shared(snapshot) if len(at.path) == 3 else frozenset()
        yield from _variables(text, at, offset, (name for name in used_names(snapshot, 0) if name not in shared))


def _shared(snapshot: Snapshot) -> frozenset[str]:
    """The variables that have a value in all cases."""
    template = snapshot.analysis.template
    if template is None or template.outline is None:
        return frozenset()
    return frozenset(name.name for name in names_in_sidecar(template.outline) if name.case is None)


def _front_matter_values(at: YamlPosition) -> Iterable[str]:
    if (*at.path, at.key) in LANGUAGE_KEYS:
        return ("jinja2",)
    if at.path[:1] == ("inputs",) and len(at.path) == 2:
        return {"kind": tuple(TYPES), "type": tuple(TYPES), "required": FLAGS, "strict": FLAGS}.get(at.key, ())
    return ()


def _keys(
    text: str, at: YamlPosition, offset: int, keys: Iterable[str], documentation: Mapping[str, str]
) -> Iterator[Proposal]:
    in_item = at.path[-1:] == (ITEM,)
    for key in keys:
        if key not in at.siblings and (key != "name" or in_item or at.path == ()):
            yield _proposal(text, at, offset, key, ProposalKind.PROPERTY, documentation.get(key, ""))


def _variables(text: str, at: YamlPosition, offset: int, names: Iterable[str]) -> Iterator[Proposal]:
    for name in names:
        if name not in at.siblings:
            yield _proposal(text, at, offset, name, ProposalKind.VARIABLE, "")


def _words(text: str, at: YamlPosition, offset: int, words: Iterable[str]) -> Iterator[Proposal]:
    return (_proposal(text, at, offset, word, ProposalKind.VALUE, "") for word in words)


def _proposal(text: str, at: YamlPosition, offset: int, word: str, kind: ProposalKind, documentation: str) -> Proposal:
    rest = REST.match(text, offset)
    end = rest.end() if rest else offset
    is_key = kind is not ProposalKind.VALUE and not HAS_COLON.match(text, end)
    return Proposal(word, kind, offset - len(at.word), end, f"{word}: " if is_key else word, "", documentation)

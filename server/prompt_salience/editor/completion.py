"""What may be written at a place of a prompt file, in any text, however unfinished."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prompt_salience.editor.jinja_completion import TagCompletion, tag_at
from prompt_salience.editor.key_documentation import ROLES, ROW
from prompt_salience.editor.proposal import Proposal, ProposalKind
from prompt_salience.editor.snapshot import Snapshot
from prompt_salience.editor.yaml_completion import front_matter_proposals, sidecar_proposals
from prompt_salience.prompts.formats import jsonl, prompty, text_file
from prompt_salience.prompts.formats.front_matter import front_matter_range

ROLE_BEFORE = re.compile(r"(?:^|(?<=[\r\n]))[ \t]*#?[ \t]*([A-Za-z]*)\Z")
ROLE_AFTER = re.compile(r"[A-Za-z]*:?[ \t]*(?=[\r\n]|\Z)")
JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
KEY_BEFORE = re.compile(r'[{,][ \t]*("?\w*)\Z')
KEY_AFTER = re.compile(r'\w*"?')


def completions(snapshot: Snapshot, path: str, offset: int) -> tuple[Proposal, ...]:
    """What may stand at an offset of the prompt file or of its file of values, the likeliest kind first."""
    if path not in snapshot.documents:
        return ()
    if path != snapshot.path:
        return tuple(sidecar_proposals(snapshot, path, offset))
    match snapshot.analysis.format.NAME:
        case jsonl.NAME:
            return tuple(_row_keys(snapshot.documents[path].text, offset))
        case prompty.NAME:
            return tuple(_prompty(snapshot, offset))
        case text_file.NAME if len(snapshot.documents) == 1:
            return ()
        case _:
            return tuple(_in_tag(snapshot, 0, offset))


def _in_tag(snapshot: Snapshot, body: int, offset: int) -> Iterator[Proposal]:
    tag = tag_at(snapshot.documents[snapshot.path].text, body, offset)
    if tag:
        yield from TagCompletion(snapshot, body, tag, offset).proposals()


def _prompty(snapshot: Snapshot, offset: int) -> Iterator[Proposal]:
    text = snapshot.documents[snapshot.path].text
    start, end, body = front_matter_range(text) or (0, 0, 0)
    if start <= offset <= end and end:
        yield from front_matter_proposals(snapshot, start, end, body, offset)
    elif offset >= body:
        tag = tag_at(text, body, offset)
        yield from _in_tag(snapshot, body, offset) if tag else _roles(text, body, offset)


def _roles(text: str, body: int, offset: int) -> Iterator[Proposal]:
    before, after = ROLE_BEFORE.search(text, body, offset), ROLE_AFTER.match(text, offset)
    if before and after:
        start, end = before.start(1), after.end()
        for role, about in ROLES.items():
            yield Proposal(f"{role}:", ProposalKind.ROLE, start, end, f"{role}:", "", about)


def _row_keys(text: str, offset: int) -> Iterator[Proposal]:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    row = text[start : end if end >= 0 else len(text)]
    outside = JSON_STRING.sub(lambda found: "_" * len(found.group()), text[start:offset])
    before, after = KEY_BEFORE.search(outside), KEY_AFTER.match(text, offset)
    if before and after and outside.count("{") - outside.count("}") == 1:
        for key, about in ROW.items():
            if f'"{key}"' not in row:
                yield Proposal(key, ProposalKind.PROPERTY, start + before.start(1), after.end(), f'"{key}"', "", about)

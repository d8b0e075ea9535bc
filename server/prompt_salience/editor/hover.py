"""What a hover over a prompt file says: of a variable, of text that is sent, and of text that is not.

Decisions:
- Influence is told for a whole line: that is what a writer points at. Its units are listed with their shares.
- Text that is not sent says why. Known influence is shown all the same where the text was sent when it was explained.
"""

from __future__ import annotations

from dataclasses import dataclass

from prompt_salience.editor.influence_words import paragraphs
from prompt_salience.editor.line_hover import line_words
from prompt_salience.editor.line_influence import line_influence
from prompt_salience.editor.markdown import Link
from prompt_salience.editor.sent_text import analysed_offset, is_sent
from prompt_salience.editor.snapshot import Snapshot, lines
from prompt_salience.editor.unsent import why_unsent
from prompt_salience.editor.variable_hover import variable_words
from prompt_salience.editor.variable_info import VariableInfo

NEVER_EXPLAINED = "This text is sent to the model. Run and explain to see its influence."
NEW = "This text was no part of the prompt that was explained last. Run and explain to see its influence."


@dataclass(frozen=True)
class Hover:
    """What is said about ``start:end`` of a document, as Markdown."""

    start: int
    end: int
    markdown: str


def hover(snapshot: Snapshot, path: str, offset: int, link: Link, variable: VariableInfo | None = None) -> Hover | None:
    """What there is to say about the character at ``offset`` of a document's current text; None for a blank line.

    Args:
        snapshot: the file.
        path: the prompt file, or its file of values.
        offset: in code points of the current text.
        link: makes a URI that opens a place of the current texts.
        variable: the variable at this offset, where there is one.
    """
    if path not in snapshot.documents:
        return None
    if variable is not None:
        place = variable.occurrence
        return Hover(place.start, place.end, variable_words(snapshot, variable, link))
    text = lines(snapshot, path)
    line = text.at(offset)
    start, end = text.inks[line]
    if start == end:
        return None
    return Hover(start, end, paragraphs(_parts(snapshot, path, offset, line)))


def _parts(snapshot: Snapshot, path: str, offset: int, line: int) -> list[str]:
    analysed = analysed_offset(snapshot, path, offset)
    sent = analysed is None or is_sent(snapshot, path, analysed)
    unsent = "" if analysed is None or sent else f"**Not sent.** {why_unsent(snapshot.analysis, path, analysed)}"
    found = line_influence(snapshot, path, line)
    if found and snapshot.explained:
        return [unsent, *line_words(snapshot, snapshot.explained.explanation, found)]
    return [unsent or (NEW if snapshot.explained else NEVER_EXPLAINED)]

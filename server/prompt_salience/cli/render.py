"""``prompt-salience render``: print what a template becomes, and where each piece of it came from.

Decisions:
- To a file or a pipe goes the text exactly as the model gets it; on a terminal what could steer it is escaped, and
  a line end follows.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from prompt_salience.cli.input_options import add_input_options
from prompt_salience.cli.session import Session

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_DESCRIPTION = "Print the rendered prompt: the text that the model gets. No model is loaded."


def add_command(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add ``render`` to the commands."""
    parser = commands.add_parser(
        "render", help="print the rendered prompt", description=_DESCRIPTION, allow_abbrev=False
    )
    add_input_options(parser)
    parser.add_argument("--map", action="store_true", help="print the source map after it")
    parser.set_defaults(run=run)


def run(arguments: Namespace, session: Session) -> None:
    """Render one prompt and print it.

    Raises:
        InputError: the file is at fault.
    """
    from prompt_salience.cli.files import read_template_file
    from prompt_salience.cli.rendered_file import rendered_file
    from prompt_salience.report.source_map_table import source_map_table

    rendered = rendered_file(arguments, read_template_file(arguments.file, session.stdin), session)
    shown = _shown(rendered.prompt.text, session)
    with session.result() as out:
        out.write(shown)
        if arguments.map:
            separator = "\n" if shown.endswith("\n") else "\n\n"
            table = source_map_table(rendered.prompt, rendered.documents, out.encoding)
            out.write(separator + "".join(line + "\n" for line in table))
        elif out.isatty() and not shown.endswith("\n"):
            out.write("\n")


def _shown(text: str, session: Session) -> str:
    from prompt_salience.report.escaping import escaped

    encoding = session.stdout.encoding
    if session.stdout.isatty():
        return escaped(text, encoding)
    return text.encode(encoding, "backslashreplace").decode(encoding)

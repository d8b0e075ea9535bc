"""Options that every command that renders a prompt has: the file, the case, the values, the form."""

from __future__ import annotations

from argparse import ArgumentParser

from prompt_salience.cli.argument_types import assignment


def add_input_options(parser: ArgumentParser) -> None:
    """Add the file and the options that say how it becomes a prompt."""
    parser.add_argument(
        "file", metavar="FILE", help="a prompt or prompt template; - reads plain text from standard input"
    )
    parser.add_argument("--case", metavar="NAME", help="fill the template with this case's values; otherwise the first")
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        dest="values",
        action="append",
        default=[],
        type=assignment,
        help="fill a variable with a value of your own; repeatable",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--chat",
        dest="form",
        action="store_const",
        const="chat",
        help="wrap messages in Gemma's turns; the default for a template with roles",
    )
    form.add_argument("--raw", dest="form", action="store_const", const="raw", help="give the model the text alone")

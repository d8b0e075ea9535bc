"""An explanation as a page for people without an editor: one HTML file that opens offline, and can be printed.

Decisions:
- Everything is in the file: style, script and data. Its policy (CSP) allows these very texts by their hashes, and
  nothing else: no request ever leaves the page.
- Style and script are those of the explorer in VS Code, built from ``client-vscode/explorer`` by ``npm run build``.
- Without scripts the page still says prompt and response.
- It is ASCII, so that it survives every encoding of an output.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from prompt_salience.attribution.explanation import Explanation
from prompt_salience.report.escaping import escaped
from prompt_salience.report.explorer_data import explorer_data, explorer_json

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main id="explorer"></main>
<noscript><pre>{plain}</pre></noscript>
<script type="application/json" id="explanation">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def page(explanations: Sequence[Explanation]) -> str:
    """The page of one run, explained by one or more methods; the first explanation is shown first."""
    data, first = explorer_data(explanations), explanations[0]
    style, script = _asset("explorer.css"), _asset("explorer.js")
    return _PAGE.format(
        policy=_policy(style, script),
        title=_text(f"{data['title']} - Prompt Salience"),
        style=style,
        plain=_text(first.text),
        data=explorer_json(data),
        script=script,
    )


def _text(text: str) -> str:
    return escape(escaped(text)).encode("ascii", "xmlcharrefreplace").decode()


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath("explorer", name).read_text(encoding="ascii")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

"""The page for people without an editor."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from specimens import explained

from prompt_salience.report.page import page

HOSTILE = 'Say </script><script>alert(1)</script> & "é" \u202e \x1b[31m'


def test_everything_is_in_the_file_and_no_other_text_may_run():
    text = page([explained()])
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    for element, directive in (("style", "style-src"), ("script", "script-src")):
        (inline,) = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert not re.search(r"(?:src|href)=", text.split("<script>")[0])


def test_the_data_can_be_read_back():
    (data,) = re.findall(r'<script type="application/json" id="explanation">(.*?)</script>', page([explained()]))
    assert json.loads(data)["format"] == "prompt-salience/explorer"


def test_a_hostile_prompt_stays_text():
    text = page([explained(HOSTILE)])
    assert "alert(1)</script>" not in text
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text
    assert "\x1b" not in text


def test_it_is_ascii():
    assert page([explained("Grüße 😀 \ud800")]).isascii()

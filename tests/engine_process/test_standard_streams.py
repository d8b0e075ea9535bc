"""Once the link is taken, nobody else can read from it or write to it."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """\
import os, subprocess, sys
from prompt_salience.standard_streams import take_link
receiving, sending = take_link()
print("printed")
os.write(1, b"written to 1;")
subprocess.run(["sh", "-c", "echo by a child; cat; ls /proc/self/fd >&2"])
sending.write(b"read: %r %r %r" % (sys.stdin.read(), os.read(0, 10), receiving.read()))
sending.flush()
os._exit(0)
"""


def test_only_the_link_reaches_the_client():
    command = [sys.executable, "-c", SCRIPT]
    ended = subprocess.run(command, check=False, input=b"from the client", capture_output=True, timeout=20)
    assert ended.stdout == b"read: '' b'' b'from the client'"
    assert ended.stderr.startswith(b"printed\nwritten to 1;by a child\n")
    assert ended.stderr.split()[-4:] == [b"0", b"1", b"2", b"3"], "a child inherits no descriptor of the link"

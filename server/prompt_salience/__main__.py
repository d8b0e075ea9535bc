"""``python -m prompt_salience``: the command line, for where the installed command is not on the path."""

from __future__ import annotations

import sys

from prompt_salience.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

"""What Hugging Face calls a model: ``OWNER/NAME``, and a revision where one is meant.

Decisions:
- Written with ``hf://`` before it, as Keras has it. A revision stands after an ``@``: a branch, a tag or a commit.
- Nothing is ever asked of Hugging Face: what its own command has downloaded is used, and that command is named for
  the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from prompt_salience.engine_client.protocol import ModelLoadError

SCHEME = "hf://"
MAIN = "main"
_PART = r"\w[\w.-]*"
_NAME = re.compile(rf"(?P<repository>{_PART}/{_PART})(?:@(?P<revision>{_PART}(?:/{_PART})*))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class HuggingFaceName:
    """A model on Hugging Face: its repository, ``OWNER/NAME``, and the revision that is meant."""

    repository: str
    revision: str = MAIN

    def __str__(self) -> str:
        return f"{SCHEME}{self.repository}" + ("" if self.revision == MAIN else f"@{self.revision}")

    @property
    def page(self) -> str:
        """The address of the page on which its licence is accepted."""
        return f"https://huggingface.co/{self.repository}"

    @property
    def download_command(self) -> str:
        """What to type to get it, with the command that comes with Hugging Face's Python package."""
        return f"hf download {self.repository}" + ("" if self.revision == MAIN else f" --revision {self.revision}")


def parsed_name(text: str) -> HuggingFaceName | None:
    """The name that is written so, or None where it is none."""
    found = _NAME.fullmatch(text.removeprefix(SCHEME))
    return HuggingFaceName(found["repository"], found["revision"] or MAIN) if found else None


def hugging_face_name(text: str) -> HuggingFaceName:
    """The name that is written so.

    Raises:
        ModelLoadError: it is none.
    """
    name = parsed_name(text)
    if name is None:
        message = (
            f"{text!r} names no model on Hugging Face. It has to be {SCHEME}OWNER/NAME, perhaps with @REVISION, such "
            f"as {SCHEME}google/gemma-2-2b-it."
        )
        raise ModelLoadError(message)
    return name

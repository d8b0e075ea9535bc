"""What the process that downloads says on its standard output: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from prompt_salience.downloading.errors import DownloadError, Remedy


@dataclass(frozen=True, slots=True)
class Come:
    """How many bytes of the model are on this machine, and how many there are."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Here:
    """All of it is on this machine, in a folder."""

    folder: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work."""

    message: str
    remedy: Remedy
    page: str

    @classmethod
    def of(cls, error: DownloadError) -> Failed:
        """How an error travels."""
        return cls(str(error), error.remedy, error.page)

    @property
    def error(self) -> DownloadError:
        """The error that has travelled."""
        return DownloadError(self.message, Remedy(self.remedy), self.page)


Said = Come | Here | Failed
_KINDS: dict[str, type[Said]] = {kind.__name__: kind for kind in (Come, Here, Failed)}


def to_line(said: Said) -> bytes:
    """As a line."""
    return json.dumps({"kind": type(said).__name__, **asdict(said)}).encode("ascii") + b"\n"


def from_line(line: bytes) -> Said:
    """What a line says.

    Raises:
        ValueError: it says nothing of the kind.
    """
    try:
        fields = json.loads(line)
        return _KINDS[fields.pop("kind")](**fields)
    except (AttributeError, KeyError, TypeError) as error:
        message = f"{line!r} says nothing about a download"
        raise ValueError(message) from error

"""The requests that the protocol does not know, as they come, for clients that show more than it has words for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PromptParams:
    """What a request about one prompt file says: the URI of it, of its values or of its response."""

    uri: str


@dataclass(frozen=True)
class OptionsParams:
    """``choice`` is what is to be chosen for the prompt file: a key of ``editor.options.QUESTIONS``."""

    uri: str
    choice: str


@dataclass(frozen=True)
class ExplorerRequest:
    """``promptSalience/explorer``."""

    id: int | str
    method: str
    jsonrpc: str
    params: PromptParams


@dataclass(frozen=True)
class OptionsRequest:
    """``promptSalience/options``."""

    id: int | str
    method: str
    jsonrpc: str
    params: OptionsParams


EXPLORER, OPTIONS = "promptSalience/explorer", "promptSalience/options"
OWN_REQUESTS: Mapping[str, type] = {EXPLORER: ExplorerRequest, OPTIONS: OptionsRequest}

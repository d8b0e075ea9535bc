"""Between URIs, by which clients call documents, and the paths that prompts know them by.

Decisions:
- A document in the file system goes by its path, every other one, such as an untitled one, by its URI.
- Two spellings of one file URI are one document: what a client calls it is asked of the store, not guessed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pygls.uris import from_fs_path, to_fs_path

# Two letters at least: a single one is a drive.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def path_of(uri: str) -> str:
    """The path of a file, or the URI itself, also of what is none."""
    try:
        path = to_fs_path(uri) if urlsplit(uri).scheme == "file" else None
    except ValueError:
        return uri
    return path or uri


def uri_of(path: str) -> str:
    """The URI of a path, or of what is one already."""
    return path if _SCHEME.match(path) else from_fs_path(path) or path

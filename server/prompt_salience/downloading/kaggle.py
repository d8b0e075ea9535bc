"""What is asked of Kaggle, through kagglehub: only the process that downloads imports this.

Decisions:
- Downloading, resuming, checksums, credentials and the layout of the cache are kagglehub's. Which files a version has
  and how large they are is asked beforehand, through the client that kagglehub makes, because kagglehub itself tells
  its progress to a terminal only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import kagglehub
from kagglehub.cache import delete_from_cache
from kagglehub.clients import build_kaggle_client
from kagglehub.config import get_kaggle_credentials
from kagglehub.handle import ModelHandle, parse_model_handle
from kagglesdk.models.types.model_api_service import (
    ApiGetModelInstanceRequest,
    ApiListModelInstanceVersionFilesRequest,
)

from prompt_salience.engine_client.kaggle_handle import KaggleHandle

_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a model on Kaggle: its path in the model's folder, and its size in bytes."""

    name: str
    size: int


def has_credentials() -> bool:
    """Whether this machine has credentials for Kaggle, wherever kagglehub looks for them.

    Raises:
        ValueError: what is there cannot be read.
    """
    return get_kaggle_credentials() is not None


def with_version(handle: KaggleHandle) -> KaggleHandle:
    """The same model, with its newest version where the handle names none."""
    if handle.version is not None:
        return handle
    with build_kaggle_client() as client:
        found = client.models.model_api_client.get_model_instance(_about(ApiGetModelInstanceRequest(), handle))
    return replace(handle, version=found.version_number)


def remote_files(handle: KaggleHandle) -> tuple[RemoteFile, ...]:
    """The files of a version of a model."""
    request = _about(ApiListModelInstanceVersionFilesRequest(), handle)
    request.version_number, request.page_size = handle.version, _PAGE_SIZE
    files: list[RemoteFile] = []
    with build_kaggle_client() as client:
        while True:
            page = client.models.model_api_client.list_model_instance_version_files(request)
            files += (RemoteFile(file.name, file.size) for file in page.files)
            if not page.next_page_token:
                return tuple(files)
            request.page_token = page.next_page_token


def download(handle: KaggleHandle) -> str:
    """Have kagglehub download a version of a model, or what is still missing of it; returns the folder."""
    folder: str = kagglehub.model_download(str(handle))
    return folder


def forget(handle: KaggleHandle) -> None:
    """Remove a version of a model from the cache."""
    delete_from_cache(parse_model_handle(str(handle)))


def _about(request: Any, handle: KaggleHandle) -> Any:
    """A request with the fields that say which model it is about."""
    request.owner_slug, request.model_slug, request.instance_slug = handle.owner, handle.model, handle.variation
    request.framework = ModelHandle(*handle.parts, handle.version).framework_enum()
    return request

"""What the server asks to be told of, or to be asked, after the client has said what it can do.

Decisions:
- What is open comes from the editor. Values beside a prompt are watched, and prompts whose values alone are open.
"""

from __future__ import annotations

from lsprotocol import types
from pygls.capabilities import get_capability

from prompt_salience.language_server.reading import TEMPLATE_ENDINGS
from prompt_salience.language_server.response_files import SCHEME
from prompt_salience.language_server.settings import SECTION
from prompt_salience.prompts.template import SIDECAR_ENDING

WATCHED = (f"**/*{SIDECAR_ENDING}", *(f"**/*{ending}" for ending in TEMPLATE_ENDINGS))


def registrations(client: types.ClientCapabilities) -> list[types.Registration]:
    """The registrations that a client understands."""
    offered = (
        (
            "workspace.did_change_configuration.dynamic_registration",
            types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            types.DidChangeConfigurationRegistrationOptions(section=SECTION),
        ),
        (
            "workspace.did_change_watched_files.dynamic_registration",
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
            types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(glob) for glob in WATCHED]),
        ),
        (
            "workspace.text_document_content.dynamic_registration",
            types.WORKSPACE_TEXT_DOCUMENT_CONTENT,
            types.TextDocumentContentRegistrationOptions([SCHEME]),
        ),
    )
    return [
        types.Registration(f"prompt-salience/{method}", method, options)
        for capability, method, options in offered
        if get_capability(client, capability, default=False)
    ]

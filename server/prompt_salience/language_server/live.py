"""What happens by itself after an edit: the kept response is explained after the new prompt, or all runs again.

Decisions:
- It waits for a pause in the typing: ``LEAST`` seconds, more for a model that takes long, ``MOST`` at most.
- A newer edit takes the place of an older one, and calls off what the older one began; never what a user asked for,
  after which the edits and the settings that were made meanwhile are followed.
- An engine that has failed is left alone until somebody asks for something.
- What the model had against a text is looked at again by itself after an edit; where nothing happens by itself, it is
  not held against a newer text. Another model may have nothing against it.
"""

from __future__ import annotations

import asyncio

from prompt_salience.editor.choices import Choices
from prompt_salience.editor.choices import Live as Mode
from prompt_salience.editor.targets import wanted_now
from prompt_salience.engine_client.status import EngineState
from prompt_salience.language_server.engine_link import EngineLink
from prompt_salience.language_server.jobs import Jobs
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.language_server.prompt_files import PromptFiles
from prompt_salience.language_server.running import NotRunnableError, Running

LEAST, MOST = 0.15, 1.0
_PART_OF_PACE = 0.25
_PATIENCE = 5.0


class Live:
    """Follows the edits of all prompt files."""

    def __init__(self, files: PromptFiles, jobs: Jobs, running: Running, engine: EngineLink) -> None:
        self._files, self._jobs, self._running, self._engine = files, jobs, running, engine
        self._pauses: dict[str, asyncio.Task[None]] = {}

    def edited(self, file: PromptFile) -> None:
        """Take note of an edit of a prompt file, of its values, or of a choice that changes the prompt."""
        self.forget(file)
        if file.choices.live is Mode.OFF:
            file.refusals = ()
        job = self._jobs.of(file.uri)
        if job and not job.asked:
            self._jobs.cancel(file.uri)
        if (file.explained or file.refusals or job) and file.choices.live is not Mode.OFF:
            self._pauses[file.uri] = asyncio.create_task(self._after_pause(file), name=f"pause {file.path}")

    def chosen(self, file: PromptFile, before: Choices) -> None:
        """Take note of other settings of a prompt file: what is explained is explained as they say now."""
        if file.explained and file.choices.live is not Mode.OFF and _explaining(before) != _explaining(file.settings):
            self.forget(file)
            name = f"settings of {file.path}"
            self._pauses[file.uri] = asyncio.create_task(self._explain_as_chosen(file), name=name)
        elif (before.model, before.dtype) != (file.settings.model, file.settings.dtype):
            file.refusals = ()

    def forget(self, file: PromptFile) -> None:
        """Do nothing by itself for a prompt file until it is edited again."""
        pause = self._pauses.pop(file.uri, None)
        if pause:
            pause.cancel()

    async def _after_pause(self, file: PromptFile) -> None:
        await asyncio.sleep(min(max(LEAST, file.pace * _PART_OF_PACE), MOST))
        job = self._jobs.of(file.uri)
        if job and job.performing:
            await asyncio.wait({job.performing})
        await self._files.settle(file, _PATIENCE)
        if not self._behind(file) or self._engine.status.state is EngineState.FAILED:
            return
        try:
            if file.explained is None:
                self._running.count(file)
            elif file.choices.live is Mode.RUN:
                self._running.run(file, asked=False)
            else:
                self._running.follow(file)
        except NotRunnableError:
            # While a prompt is broken its scores stay as they are, moved and marked; the diagnostics say why.
            return

    async def _explain_as_chosen(self, file: PromptFile) -> None:
        job = self._jobs.of(file.uri)
        if job and job.asked and job.performing:
            await asyncio.wait({job.performing})
        await self._files.settle(file, _PATIENCE)
        newer = self._jobs.of(file.uri)
        if file.explained is None or (newer and newer.asked) or self._engine.status.state is EngineState.FAILED:
            return
        try:
            self._running.follow(file)
        except NotRunnableError:
            self._running.explain(file, wanted_now(file.explained.explanation), asked=False)

    def _behind(self, file: PromptFile) -> bool:
        """Whether the explanation is of other texts than the analysis, and nothing is being done about it."""
        if file.analysis is None or self._jobs.of(file.uri):
            return False
        if file.explained is None:
            return bool(file.refusals)
        explained, analysis = file.explained.run, file.analysis
        return (analysis.documents, analysis.case) != (explained.documents, explained.case)


def _explaining(choices: Choices) -> tuple[object, ...]:
    """What of the choices an explanation depends on, apart from the response."""
    ablation = choices.ablation if choices.method.ablates else None
    return choices.method, choices.granularity, choices.aggregation, choices.pattern, choices.language, ablation

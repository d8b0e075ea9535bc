"""Runs, explanations and checks of prompt files, as jobs.

Decisions:
- The work gets all it needs when it begins, and hands over what it found when it ends: nothing is shared in between.
- An explanation answers for the target that was chosen before, or while it was made, where it is scored.
- An engine that was given up before somebody asks for something is mentioned again, with the way out: the message that
  said so first may be long gone.
- How likely the response has become is measured against the prompt that it was written after, and by the same model.
- A model that is chosen later reads the response anew: the tokens of another one mean nothing to it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from prompt_salience.completing import Filled, RequestError, Run, check_length, complete, read, reread
from prompt_salience.editor.analysis import Analysis
from prompt_salience.editor.check_words import check_message
from prompt_salience.editor.choices import Choices
from prompt_salience.editor.kept_checks import with_check, with_checks_of
from prompt_salience.editor.response_document import Partial
from prompt_salience.editor.snapshot import Explained
from prompt_salience.editor.targets import Wanted, wanted_now, with_target
from prompt_salience.engine_client.cancellation import Cancellation
from prompt_salience.engine_client.death import EngineDiedError
from prompt_salience.engine_client.missing_models import NotDownloadedError
from prompt_salience.engine_client.protocol import (
    Completion,
    ContextOverflowError,
    Engine,
    EngineError,
    ModelLoadError,
    Progress,
    StopReason,
)
from prompt_salience.engine_client.status import EngineState
from prompt_salience.explaining import Settings, explain_run
from prompt_salience.language_server.engine_link import EngineLink
from prompt_salience.language_server.jobs import Job, Jobs
from prompt_salience.language_server.messages import Messages
from prompt_salience.language_server.prompt_file import PromptFile
from prompt_salience.prompts.problems import Problem, Severity
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.units import PatternError
from prompt_salience.verifying import Check, check_by_removing

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """Whom a run tells what happens to a prompt file, on the event loop.

    Attributes:
        explained: it has another explanation.
        busy: something else is being done for it, or nothing any more.
        writing: the model has written more.
        refused: the model has something against it, or nothing any more.
        unloadable: its model cannot be loaded; with the reason.
        missing: its model is not on this machine; with what to do once it is.
    """

    explained: Callable[[PromptFile], None]
    busy: Callable[[PromptFile], None]
    writing: Callable[[PromptFile], None]
    refused: Callable[[PromptFile], None]
    unloadable: Callable[[PromptFile, str], None]
    missing: Callable[[PromptFile, NotDownloadedError, Callable[[], object]], None]


class NotRunnableError(Exception):
    """A prompt file cannot be run or explained as it is; the message says why."""


class Running:
    """What can be done with a prompt file and a model."""

    def __init__(self, jobs: Jobs, engine: EngineLink, messages: Messages, told: Told) -> None:
        self._jobs = jobs
        self._engine = engine
        self._messages = messages
        self._told = told

    def run(self, file: PromptFile, *, asked: bool = True) -> Job:
        """Have the model write a response, and explain it.

        Raises:
            NotRunnableError: the prompt cannot be rendered.
        """
        filled, sampling = _filled(file), file.choices.sampling
        show = self._shower(file)

        def complete_it(engine: Engine, progress: Progress) -> Run:
            def write(completion: Completion) -> None:
                show(Partial(engine.info, sampling, completion, filled.case))

            return complete(engine, filled, sampling, progress=progress, on_completion=write)

        title, again = f"Run and explain {_name(file)}", partial(self.run, file)
        return self._start(_Question(file, title, complete_it, again, asked=asked, fresh=True))

    def read(self, file: PromptFile, response: str) -> Job:
        """Explain a response that is given.

        Raises:
            NotRunnableError: the prompt cannot be rendered.
        """
        filled, sampling = _filled(file), file.choices.sampling

        def read_it(engine: Engine, _progress: Progress) -> Run:
            return read(engine, filled, response, sampling)

        title, again = f"Explain a given response of {_name(file)}", partial(self.read, file, response)
        return self._start(_Question(file, title, read_it, again, fresh=True))

    def explain(self, file: PromptFile, wanted: Wanted, *, asked: bool = True) -> Job:
        """Explain the last response again: another part of it, in contrast to a text, or as other choices say.

        Raises:
            NotRunnableError: there is no response yet.
        """
        run = _explained(file).run

        def as_it_was(engine: Engine, _progress: Progress) -> Run:
            same_model = engine.info == run.model
            return run if same_model else reread(engine, Filled(run.prompt, run.case, run.documents), run)

        title, again = f"Explain {_name(file)}", partial(self.explain, file, wanted)
        return self._start(_Question(file, title, as_it_was, again, wanted, asked=asked))

    def follow(self, file: PromptFile) -> Job:
        """Explain the last response after the prompt as it is now.

        Raises:
            NotRunnableError: there is no response yet, or the prompt cannot be rendered.
        """
        explained, filled = _explained(file), _filled(file)

        def read_again(engine: Engine, _progress: Progress) -> Run:
            return reread(engine, filled, explained.run)

        title, again = f"Explain {_name(file)} as edited", partial(self.follow, file)
        return self._start(_Question(file, title, read_again, again, wanted_now(explained.explanation), asked=False))

    def count(self, file: PromptFile) -> Job:
        """See whether the model can read the prompt as it is now; what it had against it goes, or is said anew.

        Raises:
            NotRunnableError: the prompt cannot be rendered.
        """
        filled, choices = _filled(file), file.choices

        def work(cancellation: Cancellation, progress: Progress) -> None:
            check_length(self._engine.load(choices.model, choices.dtype, cancellation, progress), filled)

        def done(_nothing: None) -> None:
            file.refusals = ()
            self._told.refused(file)

        def failed(error: Exception) -> None:
            self._tell(file, error, again=None)

        return self._jobs.start(
            file.uri, f"Count {_name(file)}", work, done=done, failed=failed, over=_nothing_more, asked=False
        )

    def check(self, file: PromptFile, explained: Explained, units: Sequence[int]) -> Job:
        """Take units out of the prompt that was explained, and see what becomes of the target and of the response.

        Raises:
            NotRunnableError: it was explained anew since.
        """
        if file.explained is None or file.explained.explanation.units is not explained.explanation.units:
            message = f"{_name(file)} was explained anew meanwhile. Choose again what to check."
            raise NotRunnableError(message)

        def check_it(engine: Engine, progress: Progress) -> Check:
            _refuse_other_model(engine, explained)
            return check_by_removing(engine, explained.explanation, units, progress)

        def done(found: Check) -> None:
            if file.explained is not None and file.explained.run is explained.run:
                file.explained = with_check(file.explained, found)
                self._messages.info(check_message(explained.explanation, found))

        title, again = f"Check {_name(file)} by removing", partial(self.check, file, explained, units)
        return self._perform(_Task(file, title, check_it, done, again))

    def _start(self, question: _Question) -> Job:
        file, choices, started = question.file, question.file.choices, time.monotonic()
        explained_before = file.explained

        def explain_it(engine: Engine, progress: Progress) -> Explained:
            run = question.run_of(engine, progress)
            return Explained(run, explain_run(engine, run, _settings(choices, question.wanted), progress))

        def done(found: Explained) -> None:
            kept = found if question.fresh else _following(found, explained_before, file.explained)
            _take(question, kept, time.monotonic() - started)
            self._told.explained(file)

        return self._perform(_Task(file, question.title, explain_it, done, question.again, question.asked))

    def _perform(self, task: _Task) -> Job:
        file, choices = task.file, task.file.choices
        given_up = self._engine.status.state is EngineState.FAILED

        def work(cancellation: Cancellation, progress: Progress) -> object:
            return task.work(self._engine.load(choices.model, choices.dtype, cancellation, progress), progress)

        def failed(error: Exception) -> None:
            if given_up and task.asked and isinstance(error, EngineDiedError):
                self._messages.offer(str(error), "Restart engine", self._engine.restart)
            else:
                self._tell(file, error, again=partial(self._retry, task) if task.asked else None)

        def over() -> None:
            if self._jobs.of(file.uri) is None and (file.activity or file.written):
                file.activity, file.written = "", _left_over(file)
                self._told.busy(file)

        job = self._jobs.start(file.uri, task.title, work, done=task.done, failed=failed, over=over, asked=task.asked)
        activity = task.title if task.asked else ""
        if activity != file.activity:
            file.activity = activity
            self._told.busy(file)
        return job

    def _retry(self, task: _Task) -> None:
        try:
            task.again()
        except NotRunnableError as error:
            self._messages.error(str(error))

    def _shower(self, file: PromptFile) -> Callable[[Partial], None]:
        """What shows a response that is being written; to be called by the thread that works."""
        loop = asyncio.get_running_loop()

        def show(written: Partial) -> None:
            if self._jobs.of(file.uri) is None:
                # It was called off while this was on its way, and nothing would take it away again.
                return
            file.written = written
            self._told.writing(file)

        def from_thread(written: Partial) -> None:
            loop.call_soon_threadsafe(show, written)

        return from_thread

    def _tell(self, file: PromptFile, error: Exception, again: Callable[[], object] | None) -> None:
        """Say what went wrong: to the user who asked, with a way to try again where that may help, else to the log."""
        if isinstance(error, ContextOverflowError):
            file.refusals = (_too_long(file, error),)
            self._told.refused(file)
        if not isinstance(error, _FORESEEN):
            _log.error("A job failed", exc_info=error)
            self._messages.error("This did not work, by a fault of prompt-salience. The log says more.")
        elif again is None or self._engine.status.state is EngineState.FAILED:
            _log.info("%s", error)
        elif isinstance(error, NotDownloadedError):
            self._told.missing(file, error, again)
        elif isinstance(error, ModelLoadError):
            self._told.unloadable(file, str(error))
        elif isinstance(error, EngineError) and not isinstance(error, ContextOverflowError):
            self._messages.offer(str(error), "Try again", again)
        else:
            self._messages.error(str(error))


@dataclass(frozen=True)
class _Task:
    """What is to be done with a model for a prompt file.

    Attributes:
        file: the prompt file.
        title: what is done, in words.
        work: does it, in a thread.
        done: takes what it found, on the event loop.
        again: asks the same of the prompt file as it is by then.
        asked: whether somebody asked for it.
    """

    file: PromptFile
    title: str
    work: Callable[[Engine, Progress], object]
    done: Callable[[Any], None]
    again: Callable[[], Job]
    asked: bool = True


@dataclass(frozen=True)
class _Question:
    """What is to be explained.

    Attributes:
        file: the prompt file.
        title: what is done, in words.
        run_of: makes the run that is explained.
        again: asks the same of the prompt file as it is by then.
        wanted: what of the response, by default all of it.
        asked: whether somebody asked for it.
        fresh: whether the response is a new one.
    """

    file: PromptFile
    title: str
    run_of: Callable[[Engine, Progress], Run]
    again: Callable[[], Job]
    wanted: Wanted = field(default_factory=Wanted)
    asked: bool = True
    fresh: bool = False


_FORESEEN = (EngineError, RequestError, PatternError)


def _take(question: _Question, found: Explained, seconds: float) -> None:
    """Have a prompt file know its new explanation, which took some time."""
    file = question.file
    file.explained = found if question.fresh else with_checks_of(file.explained, _compared(file, found))
    file.origin = file.explained if question.fresh else file.origin
    file.pace = file.pace if question.asked else seconds
    file.refusals, file.written = (), None


def _following(found: Explained, before: Explained | None, now: Explained | None) -> Explained:
    """What was found, for the target that was chosen while it was being looked for, if one was."""
    if before is None or now is None or wanted_now(before.explanation) == wanted_now(now.explanation):
        return found
    return with_target(found, wanted_now(now.explanation)) or found


def _refuse_other_model(engine: Engine, explained: Explained) -> None:
    if engine.info != explained.run.model:
        message = f"The prompt was explained with {explained.run.model.name}. Run it with {engine.info.name} first."
        raise RequestError(message)


def _nothing_more() -> None:
    """There is nothing to clear away."""


def _settings(choices: Choices, wanted: Wanted) -> Settings:
    return Settings(
        method=choices.method,
        granularity=choices.granularity,
        aggregation=choices.aggregation,
        pattern=choices.pattern,
        language=choices.language,
        ablation=choices.ablation,
        target_span=wanted.span,
        contrast=wanted.contrast or None,
    )


def _filled(file: PromptFile) -> Filled:
    analysis = _analysis(file)
    if not file.analysed:
        message = f"{_name(file)} is still being read. Try again."
        raise NotRunnableError(message)
    if analysis.rendered is None:
        errors = (problem.message for problem in analysis.problems if problem.severity is Severity.ERROR)
        first = next(errors, "It cannot be rendered.")
        message = f"{_name(file)} cannot be run: {first}"
        raise NotRunnableError(message)
    return Filled(analysis.rendered, analysis.case, analysis.documents)


def _analysis(file: PromptFile) -> Analysis:
    if file.analysis is None:
        message = f"{_name(file)} is still being read."
        raise NotRunnableError(message)
    return file.analysis


def _explained(file: PromptFile) -> Explained:
    if file.explained is None:
        message = f"There is no response of {_name(file)} yet: run it first."
        raise NotRunnableError(message)
    return file.explained


def _compared(file: PromptFile, found: Explained) -> Explained:
    """The same, with how much more likely the response has become since it was written."""
    origin = file.origin
    if origin is None or origin.run.prompt.text == found.run.prompt.text or origin.run.model != found.run.model:
        return found
    change = found.explanation.targets[0].log_prob - origin.explanation.targets[0].log_prob
    return replace(found, likelihood_change=change)


def _left_over(file: PromptFile) -> Partial | None:
    """What the model wrote before it was stopped, where there is no whole response to show instead."""
    if file.written is None or file.explained is not None:
        return None
    return replace(file.written, completion=replace(file.written.completion, stop_reason=StopReason.CANCELLED))


def _too_long(file: PromptFile, error: ContextOverflowError) -> Problem:
    template = _analysis(file).template
    place = template.place if template else Place(file.path, 0, len(file.document.text))
    return Problem(place, str(error), "context-overflow")


def _name(file: PromptFile) -> str:
    return file.path.rsplit("/", 1)[-1]

"""What ``prompt-salience explain`` does, and ``verify`` with it: read, load, complete, explain, print.

Decisions:
- The prompt is rendered before a model is looked for: a mistake in the file is told at once.
- Standard output holds the result and nothing else; problems, hints and progress go to standard error.
- An interrupted run says what the model had written by then, and shows what had been measured.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.attribution.explanation import Explanation
from prompt_salience.cli.console import look_for, result_console
from prompt_salience.cli.downloads import found_or_downloaded
from prompt_salience.cli.errors import InputError, UsageError
from prompt_salience.cli.files import read_template_file
from prompt_salience.cli.progress import ProgressLine
from prompt_salience.cli.rendered_file import RenderedFile, rendered_file
from prompt_salience.cli.session import Session
from prompt_salience.completing import Filled, Run
from prompt_salience.engine_client.protocol import Completion, Engine, Method, Progress, SamplingSettings
from prompt_salience.explaining import Settings, cost_of, explain_run, run_for
from prompt_salience.prompts.units import Granularity, Part
from prompt_salience.report.escaping import escaped
from prompt_salience.report.explanation_json import to_json
from prompt_salience.report.page import page
from prompt_salience.report.terminal import print_picture

Result = TypeVar("Result")


def explain_and_print(arguments: Namespace, session: Session) -> None:
    """Explain one prompt and print the result.

    Raises:
        InputError: the file is at fault.
        UsageError: options contradict each other.
        RequestError: the target is not in the response.
        EngineError: the model could not be loaded or run.
    """
    file, settings = asked(arguments, session)
    methods = _methods(arguments, settings)
    so_far: list[Explanation] = []

    def explain(engine: Engine, run: Run, progress: Progress) -> tuple[Explanation, ...]:
        if not settings.method.one_pass:
            progress(cost_of(run, settings).in_words, 0, 0)
        return tuple(
            explain_run(engine, run, replace(settings, method=method), progress, _keeping_last(so_far))
            for method in methods
        )

    try:
        explanations = with_run(arguments, session, file, settings, explain)
    except KeyboardInterrupt:
        if so_far:
            _print(so_far, arguments, session)
        raise
    tell_of_no_match(explanations[0], session)
    _print(explanations, arguments, session)


def asked(arguments: Namespace, session: Session) -> tuple[RenderedFile, Settings]:
    """The rendered prompt, and how it is to be completed and explained.

    Raises:
        InputError: the file is at fault.
        UsageError: options contradict each other.
    """
    granularity = _granularity(arguments)
    file = rendered_file(arguments, read_template_file(arguments.file, session.stdin), session)
    return file, _settings(arguments, granularity, _given_response(arguments, file))


def with_run(
    arguments: Namespace,
    session: Session,
    file: RenderedFile,
    settings: Settings,
    work: Callable[[Engine, Run, Progress], Result],
) -> Result:
    """What ``work`` makes of a run of the prompt. All the while progress is shown, and an interrupt is answered.

    Raises:
        RequestError: what is asked does not fit the response.
        EngineError: the model could not be loaded or run.
    """
    model = found_or_downloaded(arguments.model, session, may_download=arguments.download)
    so_far: list[Completion] = []
    with _telling(so_far, session), ProgressLine(session.stderr, session.interrupted) as progress:
        progress(f"loading {model.name}", 0, 0)
        engine = session.load(model, arguments.dtype, progress)
        filled = Filled(file.prompt, file.case, file.documents)
        run = run_for(engine, filled, settings, progress=progress, on_completion=_keeping_last(so_far))
        return work(engine, run, progress)


def _granularity(arguments: Namespace) -> Granularity:
    if arguments.pattern is not None and arguments.granularity in {None, Granularity.PATTERN}:
        return Granularity.PATTERN
    if arguments.pattern is not None:
        raise UsageError("--pattern is for --granularity pattern; leave one of the two out")
    if arguments.granularity == Granularity.PATTERN:
        raise UsageError("--granularity pattern needs a regular expression: --pattern REGEX")
    return Granularity(arguments.granularity or Granularity.SENTENCE)


def _given_response(arguments: Namespace, file: RenderedFile) -> str | None:
    if not arguments.use_target:
        given: str | None = arguments.response
        return given
    if file.target is None:
        message = f"{arguments.file}: {file.case_in_words} names no target, so --use-target has nothing to use"
        raise InputError(message)
    return file.target


def _settings(arguments: Namespace, granularity: Granularity, response: str | None) -> Settings:
    return Settings(
        method=Method(arguments.method),
        granularity=granularity,
        aggregation=Aggregation(arguments.aggregation) if arguments.aggregation else None,
        pattern=arguments.pattern,
        language=arguments.language,
        target_text=arguments.target,
        target_unit=arguments.target_unit,
        response=response,
        contrast=arguments.contrast,
        sampling=SamplingSettings(
            max_new_tokens=arguments.max_new_tokens,
            temperature=arguments.temperature,
            top_k=arguments.top_k,
            top_p=arguments.top_p,
            seed=arguments.seed,
            stop_strings=tuple(arguments.stop),
        ),
        ablation=AblationSettings(Operator(arguments.operator), arguments.masks, arguments.seed),
    )


def _methods(arguments: Namespace, settings: Settings) -> list[Method]:
    """The method that was asked for; for a page, whose reader may switch, those as well that need no masks."""
    others = [method for method in Method if method.one_pass] if arguments.format == "html" else []
    return [settings.method, *(method for method in others if method is not settings.method)]


def _keeping_last(so_far: list[Result]) -> Callable[[Result], None]:
    def keep(newest: Result) -> None:
        so_far[:] = [newest]

    return keep


@contextmanager
def _telling(so_far: list[Completion], session: Session) -> Iterator[None]:
    """Say what had been written when an interrupt ends the block."""
    try:
        yield
    except KeyboardInterrupt:
        written = so_far[0].text if so_far else ""
        session.say(f"Interrupted. Written so far:\n{escaped(written)}" if written else "Interrupted.")
        raise


def tell_of_no_match(explanation: Explanation, session: Session) -> None:
    """Say that a pattern found nothing to make a unit of; it may have been meant to, as one that cuts at line ends."""
    if explanation.granularity is not Granularity.PATTERN:
        return
    kinds = [unit.kind for unit in explanation.units if unit.part is Part.PROMPT]
    if "match" not in kinds:
        units = "unit" if len(kinds) == 1 else "units"
        session.say(f"note: no unit of the prompt is a match of the pattern; the prompt has {len(kinds):,} {units}")


def _print(explanations: Sequence[Explanation], arguments: Namespace, session: Session) -> None:
    if arguments.format == "terminal":
        console = result_console(arguments, session)
        with session.result():
            print_picture(explanations[0], console, look_for(arguments, console))
        return
    text = page(explanations) if arguments.format == "html" else to_json(explanations[0]) + "\n"
    with session.result() as out:
        out.write(text)
    if explanations[0].hint:
        session.say(f"note: {escaped(explanations[0].hint)}")

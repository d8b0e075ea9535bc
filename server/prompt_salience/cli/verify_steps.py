"""What ``prompt-salience verify`` does: complete, explain, take out the strongest units one by one, print."""

from __future__ import annotations

from argparse import Namespace

from prompt_salience.cli.console import look_for, result_console
from prompt_salience.cli.explain_steps import asked, tell_of_no_match, with_run
from prompt_salience.cli.session import Session
from prompt_salience.completing import Run
from prompt_salience.engine_client.protocol import Engine, Progress
from prompt_salience.explaining import explain_run
from prompt_salience.report.checks_json import checks_json
from prompt_salience.report.checks_picture import print_checks
from prompt_salience.report.escaping import escaped
from prompt_salience.verifying import Verification, verify


def verify_and_print(arguments: Namespace, session: Session) -> None:
    """Check one explanation and print the result.

    Raises:
        InputError: the file is at fault.
        UsageError: options contradict each other.
        RequestError: the target is not in the response.
        EngineError: the model could not be loaded or run.
    """
    file, settings = asked(arguments, session)

    def check(engine: Engine, run: Run, progress: Progress) -> Verification:
        return verify(engine, explain_run(engine, run, settings, progress), arguments.top, progress)

    verification = with_run(arguments, session, file, settings, check)
    tell_of_no_match(verification.explanation, session)
    _print(verification, arguments, session)


def _print(verification: Verification, arguments: Namespace, session: Session) -> None:
    if arguments.format == "text":
        console = result_console(arguments, session)
        with session.result():
            print_checks(verification, console, look_for(arguments, console))
        return
    with session.result() as out:
        out.write(checks_json(verification) + "\n")
    if verification.explanation.hint:
        session.say(f"note: {escaped(verification.explanation.hint)}")

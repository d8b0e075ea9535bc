"""From what went wrong to a message and an exit code.

Decisions:
- A prompt too long for the model is the input's fault, not the model's; so is a target that is not in the response.
- What is not foreseen here is a defect of this program and ends with a traceback.
"""

from __future__ import annotations

from collections.abc import Callable

from prompt_salience.cli.errors import InputError, UsageError
from prompt_salience.cli.session import Session
from prompt_salience.completing import RequestError
from prompt_salience.engine_client.protocol import ContextOverflowError, EngineError
from prompt_salience.prompts.patterns import PatternError

DONE, INPUT_AT_FAULT, USAGE, MODEL_FAILED = 0, 1, 2, 3


def exit_code_of(work: Callable[[], int | None], session: Session) -> int:
    """Do the work; say what went wrong on standard error, and return the exit code that stands for it.

    Work that has an exit code of its own returns it.
    """
    try:
        return work() or DONE
    except InputError as error:
        session.say(str(error))
        return INPUT_AT_FAULT
    except (RequestError, ContextOverflowError) as error:
        return _failed(session, error, INPUT_AT_FAULT)
    except (UsageError, PatternError) as error:
        return _failed(session, error, USAGE)
    except EngineError as error:
        return _failed(session, error, MODEL_FAILED)


def _failed(session: Session, error: Exception, code: int) -> int:
    session.say(f"prompt-salience: error: {error}")
    return code

"""Answers that are kept for as long as the object they are about lives.

Decisions:
- Only objects that never change, and that are told apart by identity, may be asked about: snapshots and explanations.
- Nothing is kept of an object that nobody holds any more, as long as no answer holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

S = TypeVar("S")
A = TypeVar("A")
P = ParamSpec("P")


def remembered(question: Callable[Concatenate[S, P], A]) -> Callable[Concatenate[S, P], A]:
    """The same question, worked out once for each subject and each thing that is asked about it."""
    known: WeakKeyDictionary[S, dict[object, A]] = WeakKeyDictionary()

    @wraps(question)
    def answer(subject: S, /, *about: P.args, **named: P.kwargs) -> A:
        answers = known.setdefault(subject, {})
        key = (about, tuple(sorted(named.items())))
        if key not in answers:
            answers[key] = question(subject, *about, **named)
        return answers[key]

    return answer

"""Answers are worked out once for each subject, and forgotten with it."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from weakref import ref

from prompt_salience.editor.remembering import remembered


@dataclass(frozen=True, eq=False)
class Subject:
    name: str


class Answer:
    """Something that a test can see vanish."""


def test_a_question_is_worked_out_once_for_each_subject_and_thing_asked() -> None:
    asked: list[tuple[str, int]] = []

    @remembered
    def question(subject: Subject, about: int = 0) -> int:
        asked.append((subject.name, about))
        return about * 2

    one, other = Subject("same"), Subject("same")
    assert [question(one, 1), question(one, 1), question(one, 2), question(other, 1), question(one)] == [2, 2, 4, 2, 0]
    assert asked == [("same", 1), ("same", 2), ("same", 1), ("same", 0)]


def test_an_answer_of_none_is_an_answer() -> None:
    asked: list[Subject] = []
    question = remembered(asked.append)
    subject = Subject("x")
    assert question(subject) is None
    assert question(subject) is None
    assert asked == [subject]


def test_answers_go_with_their_subject() -> None:
    @remembered
    def question(subject: Subject) -> Answer:
        return Answer()

    subject = Subject("x")
    answer = ref(question(subject))
    assert answer() is not None
    del subject
    gc.collect()
    assert answer() is None

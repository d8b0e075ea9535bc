"""Words and signs."""

from __future__ import annotations

import pytest

from prompt_salience.prompts.words import words


def divided(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in words(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Go for it.", ["Go", "for", "it."]),
        ("don't, well-known 3.5 1,000 U.S.", ["don't,", "well-known", "3.5", "1,000", "U.S."]),
        ("one,two", ["one", ",", "two"]),
        ("(hello), “Hi,” he", ["(", "hello),", "“", "Hi,”", "he"]),
        ("Dish: Quiche\nDish:Quiche", ["Dish:", "Quiche", "Dish", ":", "Quiche"]),
        ("a/b wait—what", ["a", "/", "b", "wait", "—", "what"]),
        ("**Bold** x == 5", ["**", "Bold**", "x", "==", "5"]),
        ("judge(x)", ["judge", "(", "x)"]),
        ("guest_name {{dish}}", ["guest_name", "{{", "dish}}"]),
        ("🙂🙂 👩\u200d👧", ["🙂🙂", "👩", "\u200d", "👧"]),
        ("e\u0301te\u0301 ½", ["e\u0301te\u0301", "½"]),
        ("你好，客人。", ["你", "好，", "客", "人。"]),
        ("カタカナ と ひら", ["カタカナ", "と", "ひ", "ら"]),
        ("손님은, 생선을 좋아해요.", ["손님은,", "생선을", "좋아해요."]),
        ("मुझे मछली पसंद है।", ["मुझे", "मछली", "पसंद", "है।"]),
        ("هل الحساء جيد؟ نعم، جدا", ["هل", "الحساء", "جيد؟", "نعم،", "جدا"]),
        ("x\u200b y", ["x", "\u200b", "y"]),
    ],
)
def test_words(text: str, expected: list[str]):
    assert divided(text) == expected


def test_kinds():
    assert [piece.kind for piece in words("a == b.", 0, 7)] == ["word", "sign", "word"]


def test_punctuation_at_the_end_of_the_range_belongs_to_its_word():
    assert [(piece.start, piece.end) for piece in words("it.x", 0, 3)] == [(0, 3)]

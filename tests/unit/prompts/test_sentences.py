"""Sentences in prompts: structure first, then full stops, in seven languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompt_salience.prompts import sentences as module
from prompt_salience.prompts.pieces import stripped
from prompt_salience.prompts.sentences import sentence_divider


def divided(text: str, language: str = "en") -> list[tuple[str, str]]:
    pieces = stripped(text, sentence_divider(language)(text, 0, len(text)))
    return [(piece.kind, text[piece.start : piece.end]) for piece in pieces]


def sentences(text: str, language: str = "en") -> list[str]:
    return [sentence for _, sentence in divided(text, language)]


SAMPLES = {
    "en": [
        "Dr. Lee judges dishes, e.g. soups, for a guest.",
        "A bowl costs 3.5 euros.",
        "Is it good?",
        'He said "Go."',
        "She left!",
    ],
    "de": [
        "Frau Dr. Müller prüft Gerichte, z.B. Suppen, für einen Gast.",
        "Am 3. Mai kam sie bzw. ihr Bruder.",
        "Schmeckt es?",
        "Sie sagte: „Geh!“",
        "Er ging.",
    ],
    "ko": ["저는 손님을 위해 요리를 고릅니다.", "점수는 3.5점이에요.", "이 수프는 괜찮아요?", "네.", "아주 좋아요!"],
    "id": [
        "Tn. Budi menilai hidangan untuk tamu.",
        "Harganya 3.5 euro.",
        "Apakah supnya enak?",
        'Dia berkata, "Silakan coba."',
        "Saya setuju!",
    ],
    "zh": ["我为客人评价菜品。", "价格是3.5欧元。", "这道汤好吗？", "他说：“很好！”", "我们走吧。"],
    "hi": ["मैं मेहमान के लिए व्यंजन परखता हूँ।", "दाम 3.5 यूरो है।", "क्या सूप अच्छा है?", "डॉ. शर्मा को पसंद आया।", "बहुत अच्छा!"],
    "ar": ["أقيّم الأطباق للضيف.", "السعر 3.5 يورو.", "هل الحساء جيد؟", "قال د. أحمد نعم.", "رائع!"],
}
BETWEEN = {"zh": ""}


@pytest.mark.parametrize("language", SAMPLES)
def test_sentences_of_seven_languages(language: str):
    expected = SAMPLES[language]
    assert sentences(BETWEEN.get(language, " ").join(expected), language) == expected


@pytest.mark.parametrize("language", SAMPLES)
def test_sentences_run_across_line_ends(language: str):
    expected = [sentence.replace(" ", "\r\n", 1) for sentence in SAMPLES[language]]
    assert sentences(BETWEEN.get(language, "\r\n").join(expected), language) == expected


@pytest.mark.parametrize("language", ["ko", "zh", "hi", "ar"])
def test_full_stops_of_other_scripts_need_no_language(language: str):
    expected = SAMPLES[language]
    assert sentences(BETWEEN.get(language, " ").join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["1. Taste it.", "2. Judge it."],
        ["Step 1. Taste it.", "Step 2. Judge it."],
        ["Use approx. 5 eggs.", "It takes max. 3 min."],
        ["*Be brief.*", "Then stop."],
        ["Be brief.**", "Then stop."],
        ["(Be brief.)", "Then stop."],
        ["It is good.[1]", "It is cheap.[2]"],
        ["‘Go.’", "She left."],
        ["«Va.»", "Elle part."],
        ['"Stop!" he said.', "They did."],
        ["Hello World.", "’Tis fine."],
        ["Well…", "Yes!"],
        ["Really?!", "Yes."],
        ["Wait... what?", "Nothing."],
        ["Call menu.judge() on guest.dish.", "Then stop."],
        ["See https://example.com/a.b?c=d.", "Then stop."],
        ["be brief.", "tell me why?", "use one line."],
        ["<b>Stop.</b>", "Then go."],
        ["The U.S. guest came at 5 p.m. with J. R. Lee.", "They ate."],
        ["Nice soup.\u2028", "Nice\u00a0quiche.\u3000", "B\u2028."],
    ],
)
def test_full_stops_and_what_follows_them(expected: list[str]):
    expected = [sentence.strip() for sentence in expected]
    assert sentences(" ".join(expected)) == expected


def test_full_stops_without_white_space():
    assert sentences("好吃！真的？“是的。”（谢谢。）再见。") == ["好吃！", "真的？", "“是的。”", "（谢谢。）", "再见。"]
    assert sentences("ठीक है।फिर मिलेंगे॥अच्छा।") == ["ठीक है।", "फिर मिलेंगे॥", "अच्छा।"]


def test_structure_comes_before_sentences():
    text = (
        "# Menu. Today.\n"
        "Judge the dish. Be\nbrief.\n"
        "- Say why. Use one\n  line.\n"
        "- **Never** lie.\n"
        "Dish: Quiche\n"
        "Analysis: it has eggs. The guest\ndislikes eggs.\n"
        "Answer:\n"
        "```\nx. Y. z\n\nw\n```\n"
        "<guest>\n"
        "Lee. Likes fish.\n"
        "</guest>\n"
        "<rule>Be kind. Be brief.</rule>\n"
        "| a. B | c |\n"
        "---\n"
    )
    assert divided(text) == [
        ("heading", "# Menu. Today."),
        ("sentence", "Judge the dish."),
        ("sentence", "Be\nbrief."),
        ("bullet", "- Say why."),
        ("sentence", "Use one\n  line."),
        ("bullet", "- **Never** lie."),
        ("label", "Dish: Quiche"),
        ("label", "Analysis: it has eggs."),
        ("sentence", "The guest\ndislikes eggs."),
        ("label", "Answer:"),
        ("code", "```"),
        ("code", "x. Y. z"),
        ("code", "w"),
        ("code", "```"),
        ("tag", "<guest>"),
        ("sentence", "Lee."),
        ("sentence", "Likes fish."),
        ("tag", "</guest>"),
        ("tag", "<rule>Be kind."),
        ("sentence", "Be brief.</rule>"),
        ("row", "| a. B | c |"),
        ("rule", "---"),
    ]


def test_a_region_of_a_language_code_does_not_matter():
    text = "Fisch usw. Dann am 3. Mai mehr."
    assert sentences(text, "de-AT") == sentences(text, "DE_ch") == sentences(text, "de") == [text]


def test_long_prose_is_divided_as_if_read_in_one_go(monkeypatch: pytest.MonkeyPatch):
    text = "Dr. Lee left. She ate soup, e.g. Onion soup. Was it good? Yes, at 3.5 euros. " * 40
    at_once = sentences(text)
    monkeypatch.setattr(module, "_WINDOW", 100)
    assert sentences(text) == at_once
    assert len(at_once) == 160


def test_text_without_a_full_stop_is_one_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_WINDOW", 10)
    text = "no end " * 20 + "here? Yes."
    assert sentences(text) == ["no end " * 20 + "here?", "Yes."]


def test_every_white_space_beyond_ascii_is_replaced():
    blank = {code for code in range(0x80, 0x110000) if chr(code).isspace()}
    assert set(module._BLANKS) == blank


def test_half_a_surrogate_pair_does_no_harm():
    assert sentences("Nice \ud83e dish. Go.") == ["Nice \ud83e dish.", "Go."]


def test_an_unknown_language_is_read_like_any_other():
    assert sentences("Be brief. Be kind.", "xx") == sentences("Be brief. Be kind.", "") == ["Be brief.", "Be kind."]


@settings(max_examples=200, deadline=None)
@given(st.text("aBé .!?…\"'”“)(\u2028\x85\xa0।。🙂1*", max_size=40), st.sampled_from(list(SAMPLES)))
def test_no_text_is_lost_or_moved(text: str, language: str):
    joined = "".join(sentences(text, language))
    assert "".join(joined.split()) == "".join(text.split())

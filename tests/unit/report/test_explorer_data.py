"""What the explorer's page is fed with."""

from __future__ import annotations

import json

import pytest
from specimens import MENU, RESPONSE, explained

from prompt_salience.completing import Filled, complete
from prompt_salience.engine_client.protocol import Method, SamplingSettings
from prompt_salience.explaining import Settings, explain_run
from prompt_salience.prompts.document import Document
from prompt_salience.prompts.rendering import render
from prompt_salience.prompts.source_map import Place
from prompt_salience.prompts.template import parse_template
from prompt_salience.prompts.units import Granularity
from prompt_salience.report.explorer_data import Sources, explorer_data, explorer_json
from scripted_engine import ScriptedEngine

TEMPLATE = "Judge 😀 for {{ guest }}.\n\nGuest likes: fish\nDish: Quiche\n\nGuest likes: {{ likes }}\nDish:"
VALUES = "values:\n  guest: Müller 👋 und Sohn\n  likes: eggs\n"


def data_of(explanation, **options):
    return explorer_data([explanation], **options)


def rendered_from_two_files():
    documents = {path: Document(path, text) for path, text in (("a/menu.j2", TEMPLATE), ("a/menu.values.yaml", VALUES))}
    template, sidecar = documents.values()
    prompt = render(parse_template(template, sidecar))
    run = complete(ScriptedEngine(" It is 👋 warm. Good."), Filled(prompt, "", documents), SamplingSettings())
    return explain_run(ScriptedEngine(), run, Settings())


def utf16(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[start * 2 : end * 2].decode("utf-16-le")


def test_divisions_go_from_coarse_to_fine_and_leave_out_what_says_nothing():
    names = [division["granularity"] for division in data_of(rendered_from_two_files())["divisions"]]
    assert names == ["example", "paragraph", "variable", "line", "sentence", "word", "token"]


def test_the_division_that_was_asked_for_is_there_whatever_it_says():
    data = data_of(explained("Hello there", granularity=Granularity.MESSAGE))
    assert data["divisions"][data["shown"]["division"]]["granularity"] == "message"


def test_units_are_texts_of_the_prompt_in_utf16():
    explanation = rendered_from_two_files()
    data = data_of(explanation)
    division = next(one for one in data["divisions"] if one["granularity"] == "line")
    texts = [utf16(data["prompt"], unit["start"], unit["end"]) for unit in division["units"]]
    assert texts[0] == "Judge 😀 for Müller 👋 und Sohn."
    assert texts[-1] == "Dish:"


def test_targets_are_texts_of_the_response_in_utf16():
    data = data_of(rendered_from_two_files())
    texts = [utf16(data["response"], target["start"], target["end"]) for target in data["targets"]]
    assert texts == [" It is 👋 warm. Good.", "It is 👋 warm.", "Good."]
    assert data["parts"] == [1, 2]


def test_there_is_a_number_for_each_unit_of_each_division_and_target():
    data = data_of(explained())
    (by_division,) = data["scores"]
    assert len(by_division) == len(data["divisions"])
    for division, by_target in zip(data["divisions"], by_division, strict=True):
        assert len(by_target) == len(data["targets"])
        for found in by_target:
            assert len(found["influence"]) == len(found["score"]) == len(division["units"])
            assert sum(map(abs, found["influence"])) == pytest.approx(1, abs=1e-3)
            assert found["reference"] >= max(map(abs, found["influence"])) - 1e-4


def test_a_place_leads_to_where_it_was_written_also_in_the_file_of_values():
    data = data_of(rendered_from_two_files())
    division = next(one for one in data["divisions"] if one["granularity"] == "variable")
    (guest,) = [
        unit for unit in division["units"] if utf16(data["prompt"], unit["start"], unit["end"]).startswith("Müller")
    ]
    document, line, character, end_line, end_character = guest["source"]
    assert data["documents"][document] == {"name": "menu.values.yaml", "uri": None}
    assert (line, end_line) == (1, 1)
    assert utf16(VALUES.splitlines()[1], character, end_character) == "Müller 👋 und Sohn"


def test_columns_count_utf16():
    data = data_of(rendered_from_two_files())
    division = next(one for one in data["divisions"] if one["granularity"] == "word")
    (word,) = [unit for unit in division["units"] if utf16(data["prompt"], unit["start"], unit["end"]) == "for"]
    _, _, character, _, end_character = word["source"]
    assert utf16(TEMPLATE.splitlines()[0], character, end_character) == "for"


def test_places_follow_the_texts_as_they_are_now():
    explanation = rendered_from_two_files()
    now = {path: Document(path, "\n" + document.text) for path, document in explanation.documents.items()}
    moved = Sources(now, lambda place: Place(place.path, place.start + 1, place.end + 1), "file:///{}".format)
    before, after = data_of(explanation), data_of(explanation, sources=moved)
    assert after["documents"][0]["uri"] == "file:///a/menu.j2"
    for unit_before, unit_after in zip(before["divisions"][3]["units"], after["divisions"][3]["units"], strict=True):
        _, line, character, *_ = unit_before["source"]
        assert unit_after["source"][1:3] == [line + 1, character]


def test_a_place_that_was_deleted_is_none():
    sources = Sources({"menu.txt": Document("menu.txt", MENU)}, lambda _place: None)
    data = data_of(explained(), sources=sources)
    assert all(unit["source"] is None for division in data["divisions"] for unit in division["units"])


def test_several_methods_stand_side_by_side():
    data = explorer_data([explained(), explained(method=Method.GRAD_DOT_INPUT)])
    assert [method["name"] for method in data["methods"]] == ["grad_l2", "grad_dot_input"] == data["allMethods"]
    unsigned, signed = ([found["influence"] for found in by_division[0]] for by_division in data["scores"])
    assert min(map(min, unsigned)) >= 0 > min(map(min, signed))


def test_it_says_what_is_shown_first():
    data = data_of(explained(chosen=2), methods=["grad_l2", "shap"])
    assert data["shown"]["target"] == 2
    assert data["allMethods"] == ["grad_l2", "shap"]
    assert data["response"] == RESPONSE


def test_the_json_may_stand_in_a_page():
    text = explorer_json(data_of(explained("</script><!-- é\u2028 -->", "<b>")))
    assert text.isascii()
    assert "<" not in text
    assert json.loads(text)["prompt"] == "</script><!-- é\u2028 -->"

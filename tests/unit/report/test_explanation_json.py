"""The JSON format: valid by its schema, and true to the explanation."""

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from specimens import explained

from prompt_salience.attribution.ablation.record import Ablation
from prompt_salience.attribution.ablation.settings import AblationSettings, Operator
from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.engine_client.protocol import Method, StopReason
from prompt_salience.prompts.source_map import OriginKind
from prompt_salience.prompts.units import Granularity, Part
from prompt_salience.report.explanation_json import as_object, schema, to_json


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("granularity", [Granularity.SENTENCE, Granularity.WORD])
def test_explanations_are_valid(method, granularity):
    found = json.loads(to_json(explained(method=method, granularity=granularity, scaffolding=4)))
    jsonschema.validate(found, schema(), cls=jsonschema.Draft202012Validator)


def test_the_schema_knows_every_word_that_can_occur():
    properties = schema()["properties"]
    for name, enumeration in (
        ("method", Method),
        ("granularity", Granularity),
        ("aggregation", Aggregation),
        ("stop_reason", StopReason),
    ):
        assert properties[name]["enum"] == [member.value for member in enumeration]
    operators = schema()["$defs"]["ablation"]["properties"]["operator"]["enum"]
    assert operators == [operator.value for operator in Operator]
    assert schema()["$defs"]["part"]["enum"] == [part.value for part in Part]
    assert schema()["$defs"]["source"]["properties"]["kind"]["enum"] == [kind.value for kind in OriginKind]


@pytest.mark.parametrize("evaluated", [3, 4])
def test_an_ablation_says_what_was_done_and_how_much_of_it(evaluated):
    settings = AblationSettings(Operator.REMOVE, 3, seed=7)
    ablation = Ablation(settings, np.ones((evaluated, 5), bool), np.zeros((evaluated, 2)), 4, 2)
    found = json.loads(to_json(replace(explained(method=Method.LIME), ablation=ablation)))
    jsonschema.validate(found, schema(), cls=jsonschema.Draft202012Validator)
    assert found["ablation"] == {
        "operator": "remove", "masks": evaluated, "planned_masks": 4, "forward_passes": 2, "seed": 7
    }  # fmt: skip
    assert as_object(explained())["ablation"] is None


@pytest.mark.parametrize("missing", ["format", "version", "model", "tokens", "units", "targets", "stop_reason"])
def test_the_schema_refuses_what_lacks_a_member(missing):
    found = as_object(explained())
    del found[missing]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, schema())


def test_numbers_come_back_as_they_were():
    explanation = explained(method=Method.GRAD_DOT_INPUT)
    found = json.loads(to_json(explanation))
    for target, original in zip(found["targets"], explanation.targets, strict=True):
        assert np.array_equal(target["token_scores"], original.token_scores)
        assert np.array_equal(target["unit_scores"], original.unit_scores)
        assert np.array_equal(target["influence"], original.influence)
        assert target["log_prob"] == original.log_prob


def test_offsets_are_code_points_and_the_text_is_ascii():
    explanation = explained("Ein 👋🏽 Gruß. Noch einer.", " Ja 👍.")
    written = to_json(explanation)
    assert written.isascii()
    assert "\n" not in written
    found = json.loads(written)
    text = found["prompt"] + found["response"]
    for piece in (*found["units"], *found["targets"]):
        assert text[piece["start"] : piece["end"]] == piece["text"]


def test_sources_lead_into_the_file():
    explanation = explained("<turn>One. Two.", " ok", scaffolding=6)
    file = explanation.documents["menu.txt"].text
    units = [unit for unit in as_object(explanation)["units"] if unit["part"] == "prompt"]
    assert [unit["text"] for unit in units] == ["One.", "Two."]
    for unit in units:
        (source,) = unit["source"]
        assert file[source["start"] : source["end"]] == unit["text"]
        assert (source["path"], source["kind"]) == ("menu.txt", "template")

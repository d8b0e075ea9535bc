"""Record what LIT's ``KerasSalienceModel`` computes, for ``test_lit_reference.py`` to compare with.

LIT and TensorFlow are no dependencies of this project. Run this by hand, where they are installed::

    python3.11 -m venv build/lit
    build/lit/bin/pip install lit-nlp==1.3.1 keras==3.15.1 keras-nlp==0.32.0 keras-hub==0.32.0 \\
        tensorflow==2.21.0 tensorflow-text==2.21.1
    build/lit/bin/python tests/engine/record_lit_reference.py

It writes ``fixtures/lit_reference.json``: versions, a digest of each model's weights, and for each case the token ids,
the target and LIT's scores. The models are those of ``presets.py``, made again from their seeds by the test.

Decisions:
- LIT is run as it is, through its public ``predict``, all cases in one padded batch.
- Only Gemma 1 and 2: Keras's Gemma 3 has no ``score()``, which LIT needs.
- A target is a range of token indices. LIT takes a mask, and leaves out its position 0, which nothing predicts.
"""

from __future__ import annotations

import json
import os
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import keras_nlp
from lit_nlp.examples.prompt_debugging.keras_lms import KerasSalienceModel
from presets import Family, weights_digest, write_preset

FIXTURE = Path(__file__).parent / "fixtures" / "lit_reference.json"
FAMILIES = (Family.GEMMA, Family.GEMMA_2)
PACKAGES = ("lit-nlp", "tensorflow", "keras", "keras-hub", "numpy")
MENU = "Taste: no eggs.\nDish: lemon tart with eggs.\nRecommendation:"
CASES = (
    {"prompt": f"{MENU} no.\n\n" * 3 + MENU, "target": " you should not try it.", "range": slice(-10, None)},
    {"prompt": MENU, "target": " try the tart.", "range": slice(-10, None)},
    {"prompt": MENU, "target": " try the tart.", "range": slice(-4, -3)},
    {"prompt": MENU, "target": " you should not try it.", "range": slice(-12, -5)},
    {"prompt": "The quick brown", "target": " fox", "range": slice(1, None)},
    {"prompt": "<start_of_turn>user\nCafé? 🎉\n", "target": "<end_of_turn>ja", "range": slice(-3, None)},
)


def main() -> None:
    """Write the fixture."""
    keras.config.set_floatx("float32")
    reference = {
        "made_by": "tests/engine/record_lit_reference.py",
        "versions": {package: version(package) for package in PACKAGES},
        "families": {family: _recorded(family) for family in FAMILIES},
    }
    FIXTURE.parent.mkdir(exist_ok=True)
    FIXTURE.write_text(json.dumps(reference, indent=1) + "\n")


def _recorded(family: Family) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        preset = write_preset(Path(folder) / family, family)
        model = keras_nlp.models.GemmaCausalLM.from_preset(str(preset))
        return {"weights_digest": weights_digest(preset), "cases": _scored(KerasSalienceModel(model=model))}


def _scored(salience: KerasSalienceModel) -> list[dict[str, Any]]:
    all_ids = _token_ids(salience, [case["prompt"] + case["target"] for case in CASES])
    targets = [range(len(ids))[case["range"]] for case, ids in zip(CASES, all_ids, strict=True)]
    inputs = [
        {"prompt": case["prompt"], "target": case["target"], "target_mask": [i in target for i in range(len(ids))]}
        for case, target, ids in zip(CASES, targets, all_ids, strict=True)
    ]
    return [
        {"token_ids": ids, "target": [target.start, target.stop], **_scores(scored)}
        for ids, target, scored in zip(all_ids, targets, salience.predict(inputs), strict=True)
    ]


def _token_ids(salience: KerasSalienceModel, texts: list[str]) -> list[list[int]]:
    encoded = salience.encode_inputs(texts)
    rows, masks = (keras.ops.convert_to_numpy(encoded[name]) for name in ("token_ids", "padding_mask"))
    return [row[mask.astype(bool)].tolist() for row, mask in zip(rows, masks, strict=True)]


def _scores(scored: dict[str, Any]) -> dict[str, list[float]]:
    """Nine digits hold a float32."""
    return {name: [float(f"{score:.9g}") for score in scored[name]] for name in ("grad_l2", "grad_dot_input")}


if __name__ == "__main__":
    main()

"""Whether a prompt is of the kind that the embedded model knows, and what to say when it is not.

The embedded model knows one trade. Asked about anything else it answers all the same, and an explanation of that
answer would look as good as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prompt_salience.embedded import embedded_model_path, load_calibration
from prompt_salience.engine_client.protocol import Engine

LEAST_TOKENS = 2


def foreign_prompt_hint(engine: Engine, prompt_ids: Sequence[int]) -> str:
    """Say that a prompt is far from what the embedded model knows; empty for a familiar prompt or another model.

    Args:
        engine: the engine whose response is explained.
        prompt_ids: the prompt's token ids, ``<bos>`` first.
    """
    if Path(engine.info.path) != embedded_model_path() or len(prompt_ids) < LEAST_TOKENS:
        return ""
    calibration = load_calibration()
    mean = float(engine.log_probs(prompt_ids).mean())
    if not calibration.is_foreign(mean):
        return ""
    return (
        f"The embedded model only judges dishes on a menu, and this prompt is far from what it knows: {mean:.1f} nats "
        f"per token, where {calibration.threshold:.1f} is the least for a familiar one. Neither the response nor its "
        "explanation means much. Choose a Gemma that knows more with --model, such as the folder of the Keras preset "
        "gemma2_instruct_2b_en; 'prompt-salience models' lists what is on this machine."
    )

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


def foreign_prompt_hint(engine: Engine, token_ids: Sequence[int], prompt_length: int) -> str:
    """Say that a prompt is far from what the embedded model knows; empty for a familiar prompt or another model.

    Args:
        engine: the engine whose response is explained.
        token_ids: the sequence, ``<bos>`` first: whole, because the engine still has what it computed for it.
        prompt_length: how many of the tokens are the prompt's.
    """
    if Path(engine.info.path) != embedded_model_path() or prompt_length < LEAST_TOKENS:
        return ""
    calibration = load_calibration()
    mean = float(engine.log_probs(token_ids)[: prompt_length - 1].mean())
    if not calibration.is_foreign(mean):
        return ""
    return (
        f"The embedded model only judges dishes on a menu, and this prompt is far from what it knows: {mean:.1f} nats "
        f"per token, where {calibration.threshold:.1f} is the least for a familiar one. Neither the response nor its "
        "explanation means much. Choose a Gemma that knows more, such as the folder of the Keras preset "
        "gemma2_instruct_2b_en; 'prompt-salience models' lists what is on this machine."
    )

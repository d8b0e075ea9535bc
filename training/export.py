"""Write the preset that is shipped: ``python training/export.py --seed 0``.

Decisions
- What is shipped is the mean of the weights at the ends of two stages, see ``stages.AVERAGED``.
- The export loads what it wrote and compares logits: a preset that computes something else is an error.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from gemma_preset import load_preset, save_preset
from network import Parameters, Shape, hidden_states, logits
from prompt_salience.embedded import embedded_model_path
from stages import AVERAGED
from train import load_progress, run_folder

TOLERANCE = 1e-4


def largest_difference(model: object, parameters: Parameters, shape: Shape, length: int = 192) -> float:
    """Return the largest difference between Keras's logits and the training network's on random tokens."""
    tokens = np.random.default_rng(0).integers(4, shape.vocabulary, (2, length))
    ours = logits(parameters, hidden_states(parameters, parameters["embedding"][tokens], shape), shape)
    inputs = {"token_ids": tokens, "padding_mask": np.ones_like(tokens)}
    theirs = np.asarray(model(inputs)).reshape(ours.shape)  # type: ignore[operator]
    return float(jnp.abs(ours - theirs).max())


def averaged_parameters(run: Path) -> Parameters:
    """Return the mean of the weights at the ends of the stages that are averaged."""
    ends = [load_progress(run, f"after-{name}").parameters for name in AVERAGED]
    return jax.tree.map(lambda *leaves: sum(map(np.asarray, leaves)) / len(leaves), *ends)


def export(seed: int, folder: Path) -> None:
    """Export a seed's weights into the folder, and check them."""
    run = run_folder(seed)
    parameters, shape = jax.tree.map(jnp.asarray, averaged_parameters(run)), Shape()
    save_preset(folder, parameters, shape, run / "vocabulary.spm")
    difference = largest_difference(load_preset(folder), parameters, shape)
    print(f"largest difference of logits: {difference:.1e}")
    if difference > TOLERANCE:
        raise SystemExit("The preset does not compute what was trained.")


def main() -> None:
    """Export one seed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="seed whose checkpoint to export")
    parser.add_argument("--to", type=Path, default=embedded_model_path(), help="folder of the preset")
    arguments = parser.parse_args()
    export(arguments.seed, arguments.to)


if __name__ == "__main__":
    main()

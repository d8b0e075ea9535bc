"""Train the embedded model: ``python training/train.py --seed 0``.

Decisions
- One command runs all stages and goes on from the last checkpoint where an earlier run stopped.
- A checkpoint is written every 256 steps at the end of a chunk; nothing but time is lost in between.
- The log is one JSON object per 64 steps: loss, and per role the share of right guesses.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax

from batching import BATCH, batches
from network import Parameters, Shape, count_parameters, initial_parameters
from optimise import Batch, make_step, optimiser, rate_at
from spans import Role
from stages import CHUNK, STAGES, Stage, draw_chunk
from tokenizer import Encoder, caching_encoder, train_tokenizer

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "training"
ALLOCATION = {
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "268435456",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""Makes the C library keep memory between steps; without it a step is half as fast again."""

LOG_EVERY = 64
SAVE_EVERY = 256


@dataclass
class Progress:
    """Where a training stands; ``state`` is the optimiser's and belongs to the current stage."""

    parameters: Parameters
    stage: int = 0
    chunk: int = 0
    step: int = 0
    state: Any = None
    seconds: float = 0.0


@dataclass
class Window:
    """Losses and tallies since the last line of the log."""

    losses: list[float] = field(default_factory=list)
    right: np.ndarray = field(default_factory=lambda: np.zeros(len(Role)))
    count: np.ndarray = field(default_factory=lambda: np.zeros(len(Role)))

    def add(self, loss: Any, tally: Any) -> None:
        """Take in one step."""
        self.losses.append(float(loss))
        self.right += np.asarray(tally.right)
        self.count += np.asarray(tally.count)

    def summary(self) -> dict[str, Any]:
        """Return the mean loss and the share of right guesses of each role that occurred."""
        shares = {role.name.lower(): round(self.right[role] / self.count[role], 4) for role in Role if self.count[role]}
        return {"loss": round(float(np.mean(self.losses)), 4), "right": shares}


def run_folder(seed: int) -> Path:
    """Return the folder of a seed's tokenizer, checkpoint and log."""
    return CACHE / f"seed-{seed}"


def load_progress(folder: Path, name: str = "checkpoint") -> Progress:
    """Read a checkpoint that this script wrote into the folder; the end of a stage is ``after-<stage>``."""
    with (folder / f"{name}.pickle").open("rb") as file:
        return Progress(**pickle.load(file))  # noqa: S301 - this script wrote it


def save_progress(folder: Path, progress: Progress, name: str = "checkpoint") -> None:
    """Write the checkpoint, replacing the last one only when it is complete."""
    partial = folder / "checkpoint.partial"
    with partial.open("wb") as file:
        arrays = {"parameters": progress.parameters, "state": progress.state}
        pickle.dump({**progress.__dict__, **jax.tree.map(np.asarray, arrays)}, file)
    partial.replace(folder / f"{name}.pickle")


def _log(folder: Path, entry: dict[str, Any]) -> None:
    line = json.dumps(entry)
    print(line, flush=True)
    with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@dataclass
class Trainer:
    """One seed's training."""

    seed: int
    folder: Path
    shape: Shape
    encode: Encoder
    progress: Progress
    window: Window = field(default_factory=Window)
    clock: float = field(default_factory=time.monotonic)
    transformation: optax.GradientTransformation = field(default_factory=optimiser)
    step: Any = None

    def __post_init__(self) -> None:
        self.step = make_step(self.shape, self.transformation)

    def run(self) -> None:
        """Work off all stages that are left."""
        while self.progress.stage < len(STAGES):
            stage = STAGES[self.progress.stage]
            self._run_stage(stage)
            self.progress = Progress(self.progress.parameters, self.progress.stage + 1, seconds=self.progress.seconds)
            save_progress(self.folder, self.progress, f"after-{stage.name}")
            save_progress(self.folder, self.progress)

    def _run_stage(self, stage: Stage) -> None:
        if self.progress.state is None:
            self.progress.state = self.transformation.init(self.progress.parameters)
        while self.progress.step < stage.steps:
            self._run_chunk(stage)

    def _run_chunk(self, stage: Stage) -> None:
        texts = draw_chunk(stage, self.seed, self.progress.chunk, self.encode)
        before = self.progress.step
        order = random.Random(f"{self.seed} {stage.name} {self.progress.chunk} order")
        for batch in batches(texts, order, stage.weights):
            self._take_step(stage, batch)
        self.progress.chunk += 1
        if before // SAVE_EVERY != self.progress.step // SAVE_EVERY:
            save_progress(self.folder, self.progress)

    def _take_step(self, stage: Stage, batch: Batch) -> None:
        progress = self.progress
        rate = rate_at(progress.step, stage.rate, stage.steps, stage.warm_up, stage.cooling)
        updated = self.step(progress.parameters, progress.state, batch, rate)
        progress.parameters, progress.state, loss, tally = updated
        self.window.add(loss, tally)
        progress.step += 1
        if progress.step % LOG_EVERY == 0:
            self._report(stage)

    def _report(self, stage: Stage) -> None:
        now = time.monotonic()
        self.progress.seconds += now - self.clock
        self.clock = now
        place = {"stage": stage.name, "step": self.progress.step, "seconds": round(self.progress.seconds)}
        _log(self.folder, {**place, **self.window.summary()})
        self.window = Window()


def start(seed: int) -> Trainer:
    """Prepare a seed's training: its tokenizer, and its checkpoint or a fresh start."""
    folder = run_folder(seed)
    folder.mkdir(parents=True, exist_ok=True)
    jax.config.update("jax_compilation_cache_dir", str(CACHE / "compiled"))
    vocabulary = folder / "vocabulary.spm"
    if not vocabulary.exists():
        train_tokenizer(vocabulary, seed)
    shape = Shape()
    resumed = (folder / "checkpoint.pickle").exists()
    progress = load_progress(folder) if resumed else Progress(initial_parameters(shape, seed))
    print(f"{count_parameters(progress.parameters)} parameters, {CHUNK // BATCH} steps a chunk", flush=True)
    return Trainer(seed, folder, shape, caching_encoder(vocabulary), progress)


def _restart_with_steady_memory() -> None:
    """Start this script anew with the environment that the C library reads only at its start."""
    if not ALLOCATION.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ALLOCATION})  # noqa: S606


def main() -> None:
    """Train one seed to the end."""
    _restart_with_steady_memory()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="seed of tokenizer, weights and texts")
    start(parser.parse_args().seed).run()


if __name__ == "__main__":
    main()

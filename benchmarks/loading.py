"""Time and memory that loading a model takes, beside what reading its files takes.

A model of full size with random weights is written into a temporary folder, by Keras or as Hugging Face keeps it, and
removed at the end. Each figure is taken in new processes, after their imports; the files are in the system's cache.
Those processes have a small parent, because a process counts its parent's peak as its own. The floor is reading every
array of the files, by h5py or into NumPy's arrays, and keeping it. Floor and loading take turns, and the best of each
counts, because other programs only ever add to it. Peak memory is that of loading, less what the process held after
its imports.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hugging_face_model
from prompt_salience.embedded import embedded_model_path
from prompt_salience.engine.backend import prepare_backend
from prompt_salience.engine.load import load_engine
from prompt_salience.engine.preset import TOKENIZER
from prompt_salience.engine.safetensors_file import stored_tensors
from speed import machine

FILES = ("*.weights.h5", "*.safetensors")
WINDOWED = {
    "use_post_ffw_norm": True,
    "use_post_attention_norm": True,
    "use_sliding_window_attention": True,
}
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "gemma3-270m": (
        "Gemma3Backbone",
        {
            "vocabulary_size": 262_144,
            "image_size": 896,
            "num_layers": 18,
            "num_query_heads": 4,
            "num_key_value_heads": 1,
            "hidden_dim": 640,
            "intermediate_dim": 2_048,
            "head_dim": 256,
            "sliding_window_size": 512,
            "vision_encoder": None,
            **WINDOWED,
        },
    ),
    "gemma2-2b": (
        "GemmaBackbone",
        {
            "vocabulary_size": 256_000,
            "num_layers": 26,
            "num_query_heads": 8,
            "num_key_value_heads": 4,
            "hidden_dim": 2_304,
            "intermediate_dim": 18_432,
            "head_dim": 256,
            "sliding_window_size": 4_096,
            "attention_logit_soft_cap": 50.0,
            "final_logit_soft_cap": 30.0,
            **WINDOWED,
        },
    ),
}


@dataclass(frozen=True)
class Measured:
    """What one process took: seconds, and bytes at its peak beyond those it began with."""

    seconds: float
    peak: int


def write_preset(folder: Path, shape: str, dtype: str) -> None:
    """Write a preset of a shape; its tokenizer is that of the embedded model."""
    prepare_backend()
    import keras_nlp

    backbone, config = SHAPES[shape]
    getattr(keras_nlp.models, backbone)(**config, dtype=dtype).save_to_preset(str(folder))
    tokenizer = folder / TOKENIZER
    tokenizer.parent.mkdir(parents=True)
    tokenizer.write_bytes((embedded_model_path() / TOKENIZER).read_bytes())


def read_everything(folder: Path) -> None:
    """Read every array of the weight files, and keep it."""
    import h5py

    kept = []

    def keep(_name: str, found: Any) -> None:
        if isinstance(found, h5py.Dataset):
            kept.append(found[()])

    for path in sorted(folder.glob("*.weights.h5")):
        with h5py.File(path) as file:
            file.visititems(keep)
    for path in sorted(folder.glob("*.safetensors")):
        kept.extend(tensor.rows(0, tensor.shape[0]) for tensor in stored_tensors(path).values())


def peak_bytes() -> int:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(action: Callable[[], Any]) -> Measured:
    """Do it once; what it returns is let go after the clock has stopped."""
    held, started = peak_bytes(), time.perf_counter()
    result = action()
    seconds = time.perf_counter() - started
    del result
    return Measured(seconds, peak_bytes() - held)


def measure_here(what: str, folder: Path) -> Measured:
    """Measure reading or loading in this process, with all imports done before."""
    import h5py  # noqa: F401 - to be imported before the clock starts.

    if what == "read":
        return measure(lambda: read_everything(folder))
    load_engine(embedded_model_path())
    return measure(lambda: load_engine(folder, dtype="float32"))


def in_new_process(what: str, folder: Path) -> Measured:
    """Measure reading or loading in a process of its own."""
    arguments = [sys.executable, __file__, "--measure", what, str(folder)]
    ended = subprocess.run(arguments, check=True, capture_output=True, text=True)
    return Measured(**json.loads(ended.stdout.splitlines()[-1]))


def parameter_count(folder: Path) -> int:
    """How many numbers the model has: Keras has written it down, Hugging Face's files say it of each tensor."""
    metadata = folder / "metadata.json"
    if metadata.is_file():
        return int(json.loads(metadata.read_text())["parameter_count"])
    tensors = stored_tensors(folder / "model.safetensors").values()
    return sum(math.prod(tensor.shape) for tensor in tensors)


def figures(folder: Path, repeats: int) -> Iterator[tuple[str, str]]:
    """Measure a preset."""
    parameters = parameter_count(folder)
    weights = parameters * 4
    turns = [(in_new_process("read", folder), in_new_process("load", folder)) for _ in range(repeats)]
    floor = min(read.seconds for read, _ in turns)
    loading = min(load.seconds for _, load in turns)
    peak = max(load.peak for _, load in turns)
    files = sum(path.stat().st_size for pattern in FILES for path in folder.glob(pattern))
    yield "parameters", f"{parameters / 1e6:,.0f} million"
    yield "weight files", f"{files / 1e9:.2f} GB"
    yield "weights in float32", f"{weights / 1e9:.2f} GB"
    yield "reading the files (the floor)", f"{floor:.2f} s"
    yield "loading", f"{loading:.2f} s"
    yield "loading over the floor", f"{loading / floor:.2f}   goal: 1.5"
    yield "peak memory over the weights' size", f"{peak / weights:.2f}   goal: 1.15"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shape", choices=list(SHAPES), default="gemma3-270m", help="default: %(default)s")
    parser.add_argument("--saved-as", choices=["float32", "bfloat16"], default="float32", help="default: %(default)s")
    parser.add_argument(
        "--kept-as", choices=["keras", "hugging-face"], default="keras", help="who wrote it (default: %(default)s)"
    )
    parser.add_argument("--repeats", type=int, default=5, help="processes that the best is taken of (default: 5)")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write = hugging_face_model.write_model if options.kept_as == "hugging-face" else write_preset
        write(options.write, options.shape, options.saved_as)
        return
    if options.measure:
        what, folder = options.measure
        print(json.dumps(vars(measure_here(what, Path(folder)))))
        return
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        kind = ["--shape", options.shape, "--saved-as", options.saved_as, "--kept-as", options.kept_as]
        subprocess.run([sys.executable, __file__, *kind, "--write", str(folder)], check=True, stdout=subprocess.DEVNULL)
        for what, measured in figures(folder, options.repeats):
            print(f"{what:<48}{measured}", flush=True)
    print(f"\n{machine()}; {options.shape}, saved as {options.saved_as}, kept as {options.kept_as}")


if __name__ == "__main__":
    main()

"""A gigabyte of random weights from S3 to a model that answers on the CPU, in turns: ours and what others do.

Each way is a process of its own; the clock starts when its libraries are imported, and ends when the model has answered
eight tokens, so that every weight was read. The second pod is ours again, on the cache that the first has left.

The others are in an environment of their own, from `benchmarks/requirements.txt`; the streamer is taken from there into
the stage's, whose torch it needs. `.venv/stage/bin/python -m benchmarks.loading [ROUNDS]` prints the table.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from atelier.testing.s3 import S3, running
from include.contract import environment
from include.contract.artifacts import artifact_of
from include.contract.keys import Domain
from include.contract.model_cards import CardFile, ModelCard, Precision, TransformersSettings, read_reference
from include.contract.values import StageKind
from include.store.connection import Connection
from include.store.models import Models
from include.store.store import Store
from include.store.stored import OCTETS

ROUNDS = 5
OTHERS = Path(".venv/bench")
NAME = read_reference("bench/model@1")
PLAIN = "plain"
"""Folder of the same files as keys, for those who know no blobs."""
SHAPE = {
    "vocab_size": 32000,
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 12,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
}


def ours(bucket: str, folder: Path) -> object:
    """The cache, and weights mapped into place."""
    from transformers import LlamaForCausalLM  # noqa: F401 - imported before the clock starts

    from include.runtime.models.arrival import Arrival
    from include.runtime.models.asked import OwnModel
    from include.runtime.models.loading import load_causal_lm

    def ready() -> object:
        store = Store(Domain(bucket), Connection.from_environment())
        card = Models(store).named(NAME)
        assert card is not None
        arrival = Arrival(scratch=folder)
        model = OwnModel(NAME.identity(card), store).located(arrival)
        loaded = load_causal_lm(model.files, Precision.FLOAT32, model.times)
        _answer(loaded)
        print(json.dumps(arrival.times.told().model_dump()), file=sys.stderr)
        ready.settle = arrival.settle  # type: ignore[attr-defined]
        return loaded

    return ready


def copied(bucket: str, folder: Path) -> object:
    """`aws s3 cp`, then `from_pretrained`."""
    from transformers import AutoModelForCausalLM, LlamaForCausalLM  # noqa: F401 - imported before the clock starts

    def ready() -> object:
        command = [str(OTHERS / "bin" / "aws"), "s3", "cp", "--quiet", "--recursive"]
        subprocess.run([*command, f"s3://{bucket}/{PLAIN}/", str(folder / "copy")], check=True)
        return _answer(AutoModelForCausalLM.from_pretrained(folder / "copy"))

    return ready


def streamed(bucket: str, folder: Path) -> object:
    """Run:ai's streamer, its tensors put into the model as they are."""
    import torch

    sys.path.extend(map(str, OTHERS.glob("lib/python*/site-packages")))
    from runai_model_streamer import SafetensorsStreamer
    from transformers import LlamaConfig, LlamaForCausalLM

    def ready() -> object:
        with SafetensorsStreamer() as streamer:
            streamer.stream_files([f"s3://{bucket}/{PLAIN}/model.safetensors"])
            tensors = {name: tensor.clone() for name, tensor in streamer.get_tensors()}
        config = LlamaConfig(**SHAPE)
        return _answer(LlamaForCausalLM.from_pretrained(None, config=config, state_dict=tensors, dtype=torch.float32))

    return ready


WAYS: dict[str, Callable[[str, Path], object]] = {"ours": ours, "aws": copied, "runai": streamed}
TOLD = {
    "ours": "ours, first pod of a node",
    "again": "ours, second pod",
    "aws": "`aws s3 cp`, then `from_pretrained`",
    "runai": "`runai-model-streamer`",
}


def _answer(model: object) -> object:
    import torch

    with torch.no_grad():
        model(torch.arange(8)[None])  # type: ignore[operator]
    return model


def main(rounds: int) -> None:
    """Print the table."""
    if not OTHERS.is_dir():
        sys.exit(f"Loading is not measured: {OTHERS} is missing; it comes from benchmarks/requirements.txt")
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as name, running(_made(Path(name) / "s3")) as s3:
        size = _put(s3, Path(name) / "model")
        took: dict[str, list[float]] = {way: [] for way in TOLD}
        for number in range(rounds):
            order = list(WAYS)[number % len(WAYS) :] + list(WAYS)[: number % len(WAYS)]
            for way in order:
                folder = _made(Path(name) / "work")
                took[way].append(_timed(way, s3, folder))
                if way == "ours":
                    took["again"].append(_timed(way, s3, folder))
                shutil.rmtree(folder)
    print(f"{size / 1e9:.2f} GB\n\n| what | seconds to ready | least | ours by it, of pairs |\n|---|---|---|---|")
    for way, seconds in took.items():
        ratio = statistics.median(mine / other for mine, other in zip(took["ours"], seconds, strict=True))
        print(f"| {TOLD[way]} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {ratio:.2f} |")


def _timed(way: str, s3: S3, folder: Path) -> float:
    """Seconds of one way."""
    told = {
        **s3.environment(),
        environment.CACHE: str(folder / "cache"),
        "PYTHONPATH": str(Path.cwd()),
        "RUNAI_STREAMER_S3_USE_VIRTUAL_ADDRESSING": "0",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HF_HUB_OFFLINE": "1",
    }
    command = [sys.executable, "-m", "benchmarks.loading", "--one", way, s3.bucket, str(folder)]
    run = subprocess.run(command, env=os.environ | told, stdout=subprocess.PIPE, text=True, check=True)
    return float(run.stdout.splitlines()[-1])


def _one(way: str, bucket: str, folder: Path) -> None:
    """One way in this process; prints its seconds."""
    ready = WAYS[way](bucket, folder)
    began_at = time.perf_counter()
    ready()  # type: ignore[operator]
    print(time.perf_counter() - began_at)
    getattr(ready, "settle", lambda: None)()


def _put(s3: S3, folder: Path) -> int:
    """Put a random model there, for all ways; its size in bytes."""
    from transformers import LlamaConfig, LlamaForCausalLM

    LlamaForCausalLM(LlamaConfig(**SHAPE)).save_pretrained(folder)
    store, files = Store(Domain(s3.bucket), s3.connection()), {}
    for path in sorted(folder.iterdir()):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        artifact = artifact_of("model", b"", OCTETS.media_type).model_copy(
            update={"sha256": sha256, "bytes": path.stat().st_size}
        )
        store.upload_blob(path, artifact)
        with path.open("rb") as file:
            store.upload(f"{PLAIN}/{path.name}", file, OCTETS)
        files[path.name] = CardFile(sha256=sha256, bytes=path.stat().st_size)
    card = ModelCard(kind=StageKind.TEXT, settings=TransformersSettings(), files=files, licence="none", commercial=True)
    Models(store).keep(card)
    Models(store).name(NAME, card)
    return sum(file.bytes for file in files.values())


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _one(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

"""A gigabyte of random weights from a folder into S3, in turns: `atelier models add`, and what copies files there.

Each way is a process of its own, from its start to its end. Ours reads the headers, hashes every file, looks up its
digest and uploads it under that; the others copy bytes. The second time, the model is there. Each round has other
weights and a server of its own.

`.venv/airflow/bin/python -m benchmarks.adding [ROUNDS]` prints the table; `aws` is from `benchmarks/requirements.txt`.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from atelier.testing.s3 import S3, running

ROUNDS = 3
OTHERS = Path(".venv/bench/bin")
NAME = "bench/model@1"
TENSORS, TENSOR_BYTES = 8, 128_000_000
CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "max_position_embeddings": 4096}
TEMPLATE = "{% for message in messages %}{{ message.content }}{% endfor %}"
TOKENIZER = {"version": "1.0", "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}
TOLD = {
    "ours": "`atelier models add`",
    "again": "the same once more",
    "aws": "`aws s3 cp --recursive`",
    "boto3": "boto3's `upload_file`",
}
_COPY = """
import sys
from pathlib import Path
import boto3
client = boto3.client("s3")
for path in Path(sys.argv[2]).iterdir():
    client.upload_file(str(path), sys.argv[1], f"boto3/{path.name}")
"""


@dataclass(frozen=True)
class Cost:
    """Of one process, with those that it started."""

    wall_s: float
    processor_s: float
    peak_mib: float


def main(rounds: int) -> None:
    """Print the table."""
    if not OTHERS.is_dir():
        sys.exit(f"Adding is not measured: {OTHERS} is missing; it comes from benchmarks/requirements.txt")
    took: dict[str, list[Cost]] = {way: [] for way in TOLD}
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="atelier-bench-") as name:
            folder = Path(name)
            _write_model(_made(folder / "model"))
            with running(_made(folder / "s3")) as s3:
                for way, cost in _costs(s3, folder, number).items():
                    took[way].append(cost)
            shutil.rmtree(folder / "s3")
    print(f"{TENSORS * TENSOR_BYTES / 1e9:.2f} GB\n")
    print("| what | seconds | least | ours / it, of pairs | processor s | peak MiB |\n|---|---|---|---|---|---|")
    for way, costs in took.items():
        wall, processor, peak = zip(*((cost.wall_s, cost.processor_s, cost.peak_mib) for cost in costs), strict=True)
        ratio = statistics.median(mine.wall_s / it for mine, it in zip(took["ours"], wall, strict=True))
        middle = statistics.median
        print(
            f"| {TOLD[way]} | {middle(wall):.2f} | {min(wall):.2f} | {ratio:.2f} | {middle(processor):.2f} "
            f"| {middle(peak):.0f} |"
        )


def _costs(s3: S3, folder: Path, number: int) -> dict[str, Cost]:
    """Of all ways, each time in another order."""
    model, deployment = str(folder / "model"), folder / "deployment.yaml"
    store = {"bucket": s3.bucket, "connection_id": "atelier_store"}
    process = {"python": sys.executable, "scratch": str(folder), "cache": str(folder)}
    profiles = {"cpu-small": {"cpu": 1, "memory_mib": 2048}}
    deployment.write_text(json.dumps({"engine": "process", "store": store, "process": process, "profiles": profiles}))
    add = [sys.executable, "-m", "operators.cli", "--deployment", str(deployment), "models", "add", model]
    commands = {
        "ours": [*add, "--name", NAME, "--licence", "none", "--commercial", "yes"],
        "aws": [
            str(OTHERS / "python"),
            str(OTHERS / "aws"),
            "s3",
            "cp",
            "--quiet",
            "--recursive",
            model,
            f"s3://{s3.bucket}/aws/",
        ],
        "boto3": [sys.executable, "-c", _COPY, s3.bucket, model],
    }
    turns, costs = number % len(commands), dict[str, Cost]()
    for way in [*commands, *commands][turns : turns + len(commands)]:
        costs[way] = _cost(commands[way], s3)
        if way == "ours":
            costs["again"] = _cost(commands[way], s3)
    return costs


def _cost(command: list[str], s3: S3) -> Cost:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "AWS_EC2_METADATA_DISABLED": "true"}
    began_at = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, env=environment | s3.environment(), stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began_at
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{command[:4]} ended with {process.returncode}: {said.read()}")
    return Cost(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _write_model(folder: Path) -> None:
    tensors = {
        f"layers.{number}": {
            "dtype": "F32",
            "shape": [TENSOR_BYTES // 4],
            "data_offsets": [number * TENSOR_BYTES, (number + 1) * TENSOR_BYTES],
        }
        for number in range(TENSORS)
    }
    header = json.dumps(tensors).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        for _ in tensors:
            file.write(os.urandom(TENSOR_BYTES))
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": TEMPLATE}))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

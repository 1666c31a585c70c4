"""Clips made on two cores, side by side or by two shards, against one core: a real stage in the real process.

Small clips of one scene each, with a store on this machine; all else is as in a pod. The shares of the time that the
records have add up to how long the stage computed.
`.venv/stage/bin/python -m benchmarks.side_by_side [ROUNDS]` prints the table.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from resource import struct_rusage
from subprocess import DEVNULL, Popen

from atelier.testing.s3 import S3, running
from benchmarks.memory import own_peak_mib
from include.contract import environment
from include.contract.errors import AtelierError
from include.contract.keys import request_key
from include.contract.manifests import Shard
from include.contract.params import ClipStillParams
from include.contract.registry import recipes
from include.contract.requests import StageRequest
from include.contract.values import Aspect
from include.runtime import __main__ as entry
from include.runtime import session
from include.runtime.models import asked
from include.runtime.stage import ItemResult, ModelFiles, Output, Stage, Work
from include.runtime.stages.clip_still import ClipStillStage
from tests.include.runtime.composition.media import clip_inputs, compositor, story_inputs
from tests.include.runtime.desk import HONEY, REGISTRY, Desk, WordsStage, desk_on

ROUNDS = 3
CLIPS = 12
AT_ONCE = 4
ITEM_MIB = 250
STORY = "ATELIER_BENCH_STORY"
"""Variable: the folder with what the clips are made of."""
PARAMS = ClipStillParams(aspect=Aspect.UPRIGHT, short_side_px=540, fps=30)
FRAME = PARAMS.aspect.frame_px(PARAMS.short_side_px)
SAID = (("Honey never spoils, not in a thousand years.", "It holds too little water for that."),)
SPEECH_S = 2.9


@dataclass(frozen=True)
class Way:
    """How the clips are made."""

    label: str
    cores: int
    at_once: int
    shards: int = 1
    """Each a process of its own, on cores of its own."""


WAYS = (
    Way("one core", 1, 1),
    Way("two cores, one by one", 2, 1),
    Way("two cores, side by side", 2, AT_ONCE),
    Way("two shards, a core each", 2, 1, shards=2),
)


@dataclass(frozen=True)
class Taken:
    """What one attempt took, in seconds."""

    computing_s: float
    """As the records share it out; of several shards the slowest's."""
    wall_s: float
    """Of the process."""
    processor_s: float
    peak_mib: float
    """What the processes held at most, each by itself."""
    most_items: int
    """Of one process: an item's fingerprint says which shard makes it, so shards are uneven."""
    digest: str
    """Of all clips."""


class ClipsStage(WordsStage):
    """Makes a clip of the same scene for each item."""

    def setup(self, model: ModelFiles) -> None:
        """Take fonts."""
        self._clips = ClipStillStage()
        self._clips.setup(compositor())

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        """Compose."""
        scene = {path.name: path for path in Path(os.environ[STORY]).iterdir()}
        clips = [self._clips.make_item(replace(work, params=PARAMS, inputs=scene)) for work in batch]
        return [ItemResult((Output("image", clip.outputs[0].path, "image/jpeg"),)) for clip in clips]


def stage_of(recipe: str) -> Stage:
    """A fresh stage."""
    return ClipsStage()


def main(rounds: int) -> None:
    """Print the table."""
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("two cores are compared with one, and there is only one")
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as name:
        folder = Path(name)
        _lay_out(folder)
        with running(folder / "store") as s3:
            taken = [{way: _made(way, s3, folder, number) for way in WAYS} for number in range(rounds)]
    if len({each.digest for one in taken for each in one.values()}) != 1:
        raise SystemExit("the clips differ")
    print("| way | most clips | computing s | one core / it | wall s | processor s | peak MiB |")
    print("|---|---|---|---|---|---|---|")
    for way in WAYS:
        each = [one[way] for one in taken]
        faster = statistics.median(one[WAYS[0]].computing_s / one[way].computing_s for one in taken)
        cells = [
            statistics.median(one.computing_s for one in each),
            faster,
            statistics.median(one.wall_s for one in each),
            statistics.median(one.processor_s for one in each),
        ]
        peak = statistics.median(one.peak_mib for one in each)
        print(f"| {way.label} | {each[0].most_items} | {' | '.join(f'{cell:.2f}' for cell in cells)} | {peak:.0f} |")


def _lay_out(folder: Path) -> None:
    for each in ("story", "store"):
        (folder / each).mkdir()
    story = story_inputs(folder / "made", SAID, SPEECH_S, FRAME, title="Honey")
    for name, path in clip_inputs(story)["01"].items():
        path.rename(folder / "story" / name)


def _made(way: Way, s3: S3, folder: Path, number: int) -> Taken:
    """One attempt in an empty bucket."""
    own = replace(s3, bucket=f"bench-{number}-{way.cores}-{way.at_once}-{way.shards}")
    own.client().create_bucket(Bucket=own.bucket)
    desk = desk_on(own.connection(), own.bucket, folder / own.bucket)
    text = desk.request("script.narrated", HONEY)
    desk.run(text, WordsStage(CLIPS))
    shards = [Shard(index=index, count=way.shards) for index in range(way.shards)]
    requests = [
        desk.request("image.scene", HONEY, upstreams=[text], batch_size=way.at_once, shard=shard) for shard in shards
    ]
    variables = {**os.environ, **own.environment(), STORY: str(folder / "story")}
    began_at = time.monotonic()
    processes = [_started(way, desk, request, folder, variables) for request in requests]
    usages = [_ended(way, process, folder) for process in processes]
    wall_s = time.monotonic() - began_at
    lines = [desk.lines(request) for request in requests]
    outputs = sorted((line.item, each.sha256) for some in lines for line in some for each in line.outputs)
    return Taken(
        max(sum(line.device_s for line in some) for some in lines),
        wall_s,
        sum(usage.ru_utime + usage.ru_stime for usage in usages),
        sum(float(_peak_file(folder, shard).read_text()) for shard in shards),
        max(len(some) for some in lines),
        str(outputs),
    )


def _started(way: Way, desk: Desk, request: StageRequest, folder: Path, variables: Mapping[str, str]) -> Popen[bytes]:
    """A process that makes the shard that `request` is of."""
    desk.store.put_if_absent(request_key(request.sha256()), request.body())
    uri = desk.store.domain.uri(request_key(request.sha256()))
    cores, shard = sorted(os.sched_getaffinity(0))[: way.cores], request.execution.shard
    own = cores[shard.index :: shard.count]
    return Popen(
        [sys.executable, "-m", "benchmarks.side_by_side", "run", uri, str(_peak_file(folder, shard))],
        env={**variables, environment.TERMINATION_LOG: str(folder / "told")},
        stdout=DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, own),
    )


def _peak_file(folder: Path, shard: Shard) -> Path:
    return folder / f"peak-{shard.index}"


def _ended(way: Way, process: Popen[bytes], folder: Path) -> struct_rusage:
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{way.label}: {(folder / 'told').read_text()}")
    return usage


def _run(uri: str, peak_file: str) -> int:
    """One attempt, in this process, which leaves what it held of memory in MiB."""
    recipe = replace(recipes()["image.scene"], at_once=AT_ONCE, item_mib=lambda params: ITEM_MIB)
    recipes()["image.scene"] = recipe
    vars(session)["stage_of"], vars(asked)["registry"] = stage_of, lambda: REGISTRY
    code = entry.main(["run", uri])
    Path(peak_file).write_text(f"{own_peak_mib()}")
    return code


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        code = _run(*sys.argv[2:])
        sys.stdout.flush()
        os._exit(code)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

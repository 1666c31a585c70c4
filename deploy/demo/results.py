"""What a finished run made: its files under out/, and out/last-run.json that says all about it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.demo.airflow_api import AirflowApi, TaskState
from deploy.local.files import write_atomically
from deploy.local.installation import Installation
from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput
from include.contract.manifests import ItemLine, Manifest
from include.contract.publishing import file_ports, named_file
from include.contract.registry import recipes
from include.contract.values import StageKind
from include.store.store import Store
from operators.items import items_in
from operators.stages.reuse import read_manifest
from operators.stages.warnings import warnings_of

SCRIPT = "script.json"
"""What people get from a text stage."""


@dataclass(frozen=True)
class StageResult:
    """One stage of a run, for the table."""

    stage: str
    items: int
    made: int
    reused: int
    failed: int
    seconds: float
    process_started: bool
    pods_started: int
    publishes: bool = False
    """In the store, which has a gallery."""


@dataclass(frozen=True)
class OutputFile:
    """One file under out/."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class VideoFacts:
    """What the film is like."""

    width: int
    height: int
    fps: float
    duration_s: float


@dataclass(frozen=True)
class RunResult:
    """One run, in the form of out/last-run.json."""

    dag_id: str
    run_id: str
    state: str
    brief: str
    outputs: dict[str, OutputFile] = field(default_factory=dict)
    stages: tuple[StageResult, ...] = ()
    seconds: float = 0.0
    video: VideoFacts | None = None
    warnings: tuple[str, ...] = ()
    """What its stages want people to know."""
    gallery: str = ""
    """Address of what its content type has published; empty if it publishes nothing."""
    message: str = ""
    """Why it did not succeed."""

    @property
    def is_published(self) -> bool:
        """Whether the gallery shows something from it."""
        return self.state == "success" and any(stage.publishes for stage in self.stages)

    def write(self, out: Path) -> None:
        """Write it to `out`/last-run.json."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        write_atomically(out / "last-run.json", f"{text}\n".encode())


@dataclass(frozen=True)
class StageEnd:
    """What a stage's task left."""

    manifest: Manifest
    pods_started: int


def stage_ends(api: AirflowApi, store: Store, dag_id: str, run_id: str, task_ids: list[str]) -> dict[str, StageEnd]:
    """What each finished stage's task left."""
    ends = {}
    for task_id in task_ids:
        found = api.xcom(dag_id, run_id, task_id)
        if isinstance(found, Mapping) and "manifest" in found:
            manifest = read_manifest(store, str(found["manifest"]), task_id)
            ends[task_id] = StageEnd(manifest, int(found["pods_started"]))
    return ends


def items_of(store: Store, manifest: Manifest) -> Iterator[ItemLine]:
    """Every item of a manifest, in order."""
    return items_in(store, manifest.parts, f"task `{manifest.run.task_id}`", manifest.producer or manifest.run.task_id)


def stage_results(ends: Mapping[str, StageEnd], tasks: Mapping[str, TaskState]) -> tuple[StageResult, ...]:
    """The table's rows. Seconds are the task's, with Airflow's share; with shards, of the slowest and the merge."""
    return tuple(
        StageResult(
            stage=task_id,
            publishes=_fills_gallery(end.manifest),
            items=end.manifest.counts.planned,
            made=end.manifest.counts.made,
            reused=end.manifest.counts.reused,
            failed=end.manifest.counts.failed + end.manifest.counts.skipped,
            seconds=round(max(tasks[task_id].duration_s, end.manifest.wall_s), 2),
            process_started=end.manifest.process_started,
            pods_started=end.pods_started,
        )
        for task_id, end in ends.items()
    )


def _fills_gallery(manifest: Manifest) -> bool:
    recipe = recipes().get(manifest.recipe)
    return manifest.kind is StageKind.PUBLISH and recipe is not None and recipe.is_in_store


def warnings_in(store: Store, ends: Mapping[str, StageEnd]) -> tuple[str, ...]:
    """What the stages want people to know about what they made or reused."""
    lines = ((end.manifest.kind, line) for end in ends.values() for line in items_of(store, end.manifest))
    return warnings_of(store, lines)


def collect(store: Store, ends: Mapping[str, StageEnd], brief_id: str, out: Path) -> dict[str, OutputFile]:
    """Copy the brief's files to `out`/<brief id>/, each checked against its digest.

    A file with the same name as an earlier stage's goes to a folder named after its own stage.
    """
    folder = out / brief_id
    outputs: dict[str, OutputFile] = {}
    brought: set[tuple[str, str]] = set()
    for task_id, end in ends.items():
        for artifact in _line_of(store, end.manifest, brief_id).outputs:
            path = _file_name(end.manifest.kind, artifact.name)
            if not path or (artifact.name, artifact.sha256) in brought:
                continue
            brought.add((artifact.name, artifact.sha256))
            within = f"{task_id}/" if artifact.name in outputs else ""
            target = folder / f"{within}{path}"
            target.parent.mkdir(parents=True, exist_ok=True)
            store.fetch_blob(artifact, target, end.manifest.producer or end.manifest.run.task_id)
            outputs[f"{within}{artifact.name}"] = _described(artifact, target, out)
    return outputs


def video_facts(installation: Installation, outputs: Mapping[str, OutputFile]) -> VideoFacts | None:
    """What the film is like, by opening it.

    :raises CorruptInput: it cannot be opened.
    """
    if "video" not in outputs:
        return None
    path = installation.home / outputs["video"].path
    command = [str(installation.stage_python), "-m", "deploy.demo.film_facts", str(path)]
    done = subprocess.run(command, cwd=installation.root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CorruptInput(f"{path} cannot be opened: {done.stderr.strip().splitlines()[-1:]}")
    return VideoFacts(**json.loads(done.stdout))


def _line_of(store: Store, manifest: Manifest, brief_id: str) -> ItemLine:
    """The brief's own item; without outputs where a stage only has items of its parts."""
    nothing = ItemLine(position=0, item=brief_id)
    return next((line for line in items_of(store, manifest) if line.item == brief_id), nothing)


def _file_name(kind: str, output: str) -> str:
    """The name under which it is published; empty for what only other stages read."""
    if (kind, output) == (StageKind.TEXT, "script"):
        return SCRIPT
    named = named_file((port for recipe in recipes().values() for port in file_ports(recipe)), output)
    return named[1] if named else ""


def _described(artifact: Artifact, path: Path, out: Path) -> OutputFile:
    return OutputFile(str(path.relative_to(out.parent)), artifact.sha256, artifact.bytes)

"""What parsing costs: `dags/content.py` against a hand-written file of as many plain KubernetesPodOperators.

Both make N DAGs of five tasks. Each run is a fresh interpreter; seconds are medians of CPU time and include every
import.
`.venv/airflow/bin/python -m benchmarks.parse` prints a table and the cost of one more DAG.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COUNTS = (1, 10, 100)
HAND_WRITTEN = """
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG
"""
HAND_WRITTEN_DAG = """
with DAG("video_{n}", schedule=None, max_active_runs=4, tags=["video"], default_args={{"owner": "content"}}):
    brief, text, image, speech, video = (
        KubernetesPodOperator(
            task_id=name,
            name=name,
            image="registry.example/stages:1",
            cmds=["python"],
            arguments=["-m", "stage", name],
            retries=2,
            pool="default_pool",
        )
        for name in ("brief", "text", "image", "speech", "video")
    )
    brief >> text >> [image, speech] >> video
"""
PROGRAM = """
import json, runpy, sys, time
import airflow.sdk
before = set(sys.modules)
started = time.process_time()
names = runpy.run_path(sys.argv[1])
seconds = time.process_time() - started
dags = sum(type(value).__name__ == "DAG" for value in names.values()) if "import_errors" in names else None
print(json.dumps({"seconds": seconds, "modules": len(set(sys.modules) - before), "dags": dags}))
"""


@dataclass(frozen=True)
class Parse:
    """Medians of several parses of one file."""

    seconds: float
    modules: int


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="fresh interpreters per row")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        results = {n: (_content(Path(folder), n, runs), _hand_written(Path(folder), n, runs)) for n in COUNTS}
    print(f"{'DAGs':>5} {'content.py s':>13} {'modules':>8} {'hand-written s':>15} {'modules':>8}")
    for n, (ours, theirs) in results.items():
        print(f"{n:>5} {ours.seconds:>13.3f} {ours.modules:>8} {theirs.seconds:>15.3f} {theirs.modules:>8}")
    low, high = COUNTS[0], COUNTS[-1]
    ours_ms, theirs_ms = (
        (results[high][side].seconds - results[low][side].seconds) / (high - low) * 1000 for side in (0, 1)
    )
    print(f"one more DAG: {ours_ms:.2f} ms against {theirs_ms:.2f} ms hand-written ({ours_ms / theirs_ms - 1:+.0%})")


def _content(folder: Path, count: int, runs: int) -> Parse:
    """`content.py` beside `count` copies of the shipped content type."""
    dags = folder / f"content-{count}"
    (dags / "content_types").mkdir(parents=True)
    shutil.copy(ROOT / "dags" / "content.py", dags)
    text = (ROOT / "dags" / "content_types" / "narrated_video.yaml").read_text()
    for n in range(count):
        own = text.replace("name: narrated_video", f"name: video_{n}", 1)
        (dags / "content_types" / f"video_{n}.yaml").write_text(own)
    return _measure(dags / "content.py", runs, expected=count)


def _hand_written(folder: Path, count: int, runs: int) -> Parse:
    path = folder / f"hand_written_{count}.py"
    path.write_text(HAND_WRITTEN + "".join(HAND_WRITTEN_DAG.format(n=n) for n in range(count)))
    return _measure(path, runs, expected=None)


def _measure(path: Path, runs: int, expected: int | None) -> Parse:
    samples = [_parse(path, expected) for _ in range(runs)]
    return Parse(
        statistics.median(s["seconds"] for s in samples), int(statistics.median(s["modules"] for s in samples))
    )


def _parse(path: Path, expected: int | None) -> dict[str, float]:
    environment = {"PYTHONPATH": str(ROOT), "AIRFLOW_HOME": str(path.parent), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], env=environment, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    if found["dags"] != expected:
        raise RuntimeError(f"{path} made {found['dags']} DAGs, not {expected}: {done.stderr[-2000:]}")
    return found


if __name__ == "__main__":
    main()

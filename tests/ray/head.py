"""Real Ray clusters on this machine: a head and further nodes, with ports of their own, which end with the test."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import httpx
import psutil

from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
STAGE_BIN = ROOT / ".venv" / "stage" / "bin"
TRIES = 3
"""A node dies at its start when its dashboard agent is not up within 15 s, as on a busy machine (ray #65983)."""
START_S = 120.0
AGENT_TIMEOUT = "metrics_agent_port"
"""What such a node says before it dies."""


@dataclass
class Cluster:
    """A head, and nodes that were added to it."""

    folder: Path
    """For sessions; short, because sockets lie in it."""
    environment: Mapping[str, str]
    cpus: int = 4
    token: str = field(default_factory=lambda: secrets.token_hex(24))
    address: str = ""
    """Of the dashboard."""
    gcs: str = ""

    def start(self) -> None:
        """Start the head, up to three times if only its agent is late."""
        for number in range(TRIES):
            said = self._start_head()
            if said is None:
                return
            self.end()
            if AGENT_TIMEOUT not in said or number == TRIES - 1:
                raise AssertionError(f"the Ray head did not start:\n{said}")

    def end(self) -> None:
        """Kill every process of the cluster."""
        left = self.processes()
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=30)

    def processes(self) -> list[psutil.Process]:
        """All that belongs to the cluster: what was started for it, and what that has started.

        Some name themselves where their environment stood, and are known by their parents alone.
        """
        marked = [each for each in psutil.process_iter() if _mark_of(each) == str(self.folder)]
        return list({each.pid: each for parent in marked for each in (parent, *_children(parent))}.values())

    @property
    def variables(self) -> dict[str, str]:
        """The environment of each of its processes."""
        return {
            "PATH": f"{STAGE_BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "RAY_TMPDIR": str(self.folder),
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": self.token,
            "RAY_USAGE_STATS_ENABLED": "0",
            "ATELIER_CACHE": str(self.folder / "cache"),
            **self.environment,
        }

    def _start_head(self) -> str | None:
        """None if it runs, else what it said."""
        gcs, dashboard, agent, client = islice(free_ports(), 4)
        self.address, self.gcs = f"http://127.0.0.1:{dashboard}", f"127.0.0.1:{gcs}"
        command = [
            "ray", "start", "--head", f"--port={gcs}", "--node-ip-address=127.0.0.1", f"--num-cpus={self.cpus}",
            f"--dashboard-port={dashboard}", "--dashboard-host=127.0.0.1", f"--dashboard-agent-listen-port={agent}",
            f"--ray-client-server-port={client}", "--object-store-memory=100000000", "--memory=8000000000",
            "--disable-usage-stats",
        ]  # fmt: skip
        return self._started(command) or (None if self._answers() else self._logs())

    def _started(self, command: list[str]) -> str | None:
        done = subprocess.run(
            command, cwd=ROOT, env=self.variables, capture_output=True, text=True, check=False, timeout=START_S
        )
        return None if done.returncode == 0 else f"{done.stdout}\n{done.stderr}\n{self._logs()}"

    def _answers(self) -> bool:
        """Whether the job API does, which is up after the head."""
        limit = time.monotonic() + START_S
        while time.monotonic() < limit:
            try:
                answer = httpx.get(
                    f"{self.address}/api/jobs/", headers={"Authorization": f"Bearer {self.token}"}, timeout=10
                )
            except httpx.TransportError:
                time.sleep(0.2)
                continue
            if answer.status_code == httpx.codes.OK:
                return True
        return False

    def _logs(self) -> str:
        logs = sorted(self.folder.glob("ray/session_latest/logs/raylet.*"))
        return "\n".join(f"{log.name}:\n{log.read_text(errors='replace')[-3000:]}" for log in logs)


@contextmanager
def running(environment: Mapping[str, str], cpus: int = 4) -> Iterator[Cluster]:
    """A cluster whose processes have `environment` besides; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))
    cluster = Cluster(folder, environment, cpus)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.end()
        shutil.rmtree(folder, ignore_errors=True)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _mark_of(process: psutil.Process) -> str:
    try:
        return str(process.environ().get("RAY_TMPDIR", ""))
    except psutil.Error:
        return ""

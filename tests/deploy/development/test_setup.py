from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.development import setup
from deploy.local.installation import PROJECT_ROOT
from include.contract.models import read_registry


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """What would be run, in a project of two small lock files."""
    run: list[list[str]] = []

    def remember(command: list[str], problem: str, capture: bool = False) -> str:
        run.append(command)
        return ""

    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "run", remember)
    monkeypatch.setattr(
        setup, "AIRFLOW", setup.Environment("airflow", (setup.Lock("a.txt"),), (setup.Lock("dev.txt"),))
    )
    torch = setup.Lock("torch.txt", is_hashed=False, with_pip=True)
    models, ray = (setup.Lock("models.txt"),), (setup.Lock("ray.txt"),)
    monkeypatch.setattr(setup, "STAGE", setup.Environment("stage", (torch,), (), models, ray))
    monkeypatch.setattr(setup, "UV", setup.Environment("uv", (setup.Lock("uv.txt", with_pip=True),), ()))
    for name in ("a.txt", "dev.txt", "torch.txt", "models.txt", "ray.txt", "uv.txt"):
        (tmp_path / name).write_text("one==1\n")
    for name in ("airflow", "stage", "uv"):
        python = tmp_path / ".venv" / name / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
    return run


def _installed(commands: list[list[str]]) -> list[str]:
    return [command[-1] for command in commands if "install" in command]


def test_a_lock_file_is_installed_once_and_again_when_it_changes(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    setup.set_up(with_dev=False)
    assert _installed(commands) == ["a.txt", "torch.txt"]
    commands.clear()
    setup.set_up(with_dev=False)
    assert _installed(commands) == []
    (tmp_path / "a.txt").write_text("one==2\n")
    setup.set_up(with_dev=True)
    assert _installed(commands) == ["a.txt", "dev.txt", "models.txt", "ray.txt"]


def test_what_models_of_ones_own_need_is_installed_where_it_is_asked_for(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    setup.set_up(with_dev=False, with_models=True)
    assert _installed(commands) == ["a.txt", "torch.txt", "models.txt"]


def test_what_stages_on_ray_need_is_installed_where_it_is_asked_for(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    setup.set_up(with_dev=False, with_ray=True)
    assert _installed(commands) == ["a.txt", "torch.txt", "ray.txt"]


@pytest.mark.parametrize("has_uv", [True, False])
def test_hashes_are_required_and_torch_is_left_to_pip(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, has_uv: bool
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/uv" if name == "uv" and has_uv else None)
    setup.set_up(with_dev=False)
    *before, locked, torch = (command for command in commands if "install" in command)
    assert locked[0] == ("/usr/bin/uv" if has_uv else str(tmp_path / ".venv" / "uv" / "bin" / "uv"))
    assert {"--no-deps", "--require-hashes"} <= set(locked)
    assert torch[1:4] == ["-m", "pip", "install"]
    assert "--require-hashes" not in torch
    assert [command[-1] for command in before] == ([] if has_uv else ["uv.txt"])
    assert all({"--no-deps", "--require-hashes"} <= set(command) for command in before)


def test_without_uv_it_is_installed_once_for_all_lock_files(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    setup.set_up(with_dev=True)
    assert _installed(commands) == ["uv.txt", "a.txt", "dev.txt", "torch.txt", "models.txt", "ray.txt"]


def test_an_environment_of_another_python_is_made_anew(commands: list[list[str]], tmp_path: Path) -> None:
    setup.set_up(with_dev=False)
    (tmp_path / ".venv" / "stage" / ".stamp-python").write_text("3.10.1")
    commands.clear()
    with pytest.raises(FileNotFoundError):  # what makes the environment is a stand-in here
        setup.set_up(with_dev=False)
    assert commands[0][1:3] == ["-m", "venv"]


def test_a_debian_package_that_cannot_be_installed_here_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(setup.SetupFailed, match="sudo apt-get install -y --no-install-recommends fonts-x$"):
        setup.install_debian({"fonts-x": str(tmp_path / "missing.ttf")})
    setup.install_debian({"fonts-x": __file__})


def test_it_needs_nothing_but_the_standard_library() -> None:
    code = "import deploy.development.setup, deploy.development.checks"
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {code}"]
    assert subprocess.run(command, cwd=PROJECT_ROOT, check=False).returncode == 0


def test_every_package_that_models_come_from_is_locked() -> None:
    models = PROJECT_ROOT / "include" / "models.yaml"
    registry = read_registry(models.read_text(), "models.yaml")
    named = {file.package for model in registry.root.values() for file in model.files.values() if file.package}
    locks = (PROJECT_ROOT / lock.file for lock in setup.STAGE.locks)
    locked = {line.split("==")[0] for lock in locks for line in lock.read_text().splitlines() if "==" in line}
    assert named - locked == set()

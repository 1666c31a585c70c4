from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local import service
from deploy.local.installation import DEPLOYMENT_ENV, HOME_ENV


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("engine: clouds\n", "deployment.yaml, line 1: `engine`", id="wrong value"),
        pytest.param("engine: [\n", "is not YAML", id="not YAML"),
        pytest.param(None, "deployment.yaml: there is no such file", id="missing"),
    ],
)
def test_a_wrong_deployment_is_told_with_its_line_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: str | None, says: str
) -> None:
    path = tmp_path / "deployment.yaml"
    if content:
        path.write_text(content)
    monkeypatch.setenv(HOME_ENV, str(tmp_path / "home"))
    monkeypatch.setenv(DEPLOYMENT_ENV, str(path))
    assert service.main(["up"]) == service.EXIT_BAD_DEPLOYMENT
    said = capsys.readouterr().out
    assert said.startswith("Nothing was started:\n")
    assert says in said
    assert not (tmp_path / "home").exists()

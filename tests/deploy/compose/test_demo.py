from __future__ import annotations

from pathlib import Path

import pytest

from deploy.compose import demo
from deploy.compose.demo import Addresses, NotSetUp
from deploy.compose.environment import EXAMPLE, ROOT, filled
from deploy.demo.ending import EXIT_BAD_BRIEF
from deploy.local.installation import HOME_ENV


def test_addresses_are_those_of_the_environment_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(filled((ROOT / EXAMPLE).read_text()).replace("PORT=8080", "PORT=18080"))
    addresses = Addresses.written_in(path)
    assert (addresses.airflow_url, addresses.store_url) == ("http://127.0.0.1:18080", "http://127.0.0.1:8333")
    assert addresses.store().domain.bucket == "atelier"


def test_a_missing_setting_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("ATELIER_AIRFLOW_PORT=8080\n")
    with pytest.raises(NotSetUp, match="has no ATELIER_ADMIN_PASSWORD; .env.example lists all settings"):
        Addresses.written_in(path)


def test_without_an_environment_file_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(HOME_ENV, str(tmp_path))
    assert demo.main([str(ROOT / "examples" / "honey-bees.yaml")]) == 1
    assert "run `make compose-env` and `docker compose up -d`" in capsys.readouterr().out


def test_a_wrong_brief_is_refused_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(HOME_ENV, str(tmp_path))
    (tmp_path / ".env").write_text(filled((ROOT / EXAMPLE).read_text()))
    (tmp_path / "brief.yaml").write_text("colour: red\n")
    assert demo.main([str(tmp_path / "brief.yaml")]) == EXIT_BAD_BRIEF
    assert "colour" in capsys.readouterr().out

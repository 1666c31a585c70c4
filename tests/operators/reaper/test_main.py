from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from operators.reaper.__main__ import PASSWORD_ENV, USER_ENV, main


@pytest.fixture(autouse=True)
def nowhere(base_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A kubeconfig that leads nowhere."""
    path = tmp_path_factory.mktemp("kube") / "config"
    path.write_text(
        "{apiVersion: v1, kind: Config, current-context: it, users: [{name: it, user: {token: none}}],"
        ' clusters: [{name: it, cluster: {server: "http://127.0.0.1:9"}}],'
        " contexts: [{name: it, context: {cluster: it, user: it}}]}"
    )
    for module in ("kubernetes.config", "kubernetes.config.kube_config"):
        monkeypatch.setattr(f"{module}.KUBE_CONFIG_DEFAULT_LOCATION", str(path))
    monkeypatch.setenv(USER_ENV, "reaper")
    monkeypatch.setenv(PASSWORD_ENV, "secret")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """The command's way of logging ends with it."""
    root, httpx = logging.getLogger(), logging.getLogger("httpx")
    before = root.handlers[:], root.level, httpx.level
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    httpx.setLevel(before[2])


@pytest.mark.parametrize("name", [USER_ENV, PASSWORD_ENV])
def test_missing_credentials_are_named(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(name)
    assert main(["--namespace", "stages"]) == 1
    assert f"Nothing was removed: {name} is not set" in capsys.readouterr().err


@pytest.mark.parametrize(("address", "words"), [("airflow.example", "--airflow"), ("http://airflow:port", "port")])
def test_an_address_that_is_none_is_told(address: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--namespace", "stages", "--airflow", address]) == 1
    told = capsys.readouterr().err
    assert "Nothing was removed: " in told
    assert words in told


def test_a_deployment_without_pods_needs_a_namespace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 1
    assert "--namespace" in capsys.readouterr().err


def test_a_kubeconfig_that_is_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").write_text("clusters: 5")
    for module in ("kubernetes.config", "kubernetes.config.kube_config"):
        monkeypatch.setattr(f"{module}.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "config"))
    assert main(["--namespace", "stages"]) == 1
    assert "Nothing was removed: the kubeconfig" in capsys.readouterr().err


def test_a_cluster_that_does_not_answer_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--namespace", "stages"]) == 1
    assert "Nothing was removed: pods in `stages` cannot be listed" in capsys.readouterr().err

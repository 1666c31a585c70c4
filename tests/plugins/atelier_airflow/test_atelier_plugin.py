from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.dag_processing.importers import PythonDagImporter

from operators.pages.addresses import PREFIX
from plugins.atelier_airflow import atelier_plugin
from plugins.atelier_airflow.atelier_plugin import AtelierPlugin
from plugins.atelier_airflow.importer import LoaderImporter


class Registry:
    """Airflow's importers of one kind of file."""

    def __init__(self) -> None:
        self.registered: list[Any] = []

    def get_importer(self, path: str) -> Any:
        return self.registered[-1] if self.registered else PythonDagImporter()

    def register(self, importer: Any) -> None:
        self.registered.append(importer)


def test_each_load_imports_ahead_and_the_first_registers_the_importer(monkeypatch: pytest.MonkeyPatch) -> None:
    registry, preloads = Registry(), SimpleNamespace(count=0)

    def preload() -> None:
        preloads.count += 1

    monkeypatch.setattr(atelier_plugin, "get_importer_registry", lambda: registry)
    monkeypatch.setattr(atelier_plugin, "preload", preload)
    for _ in range(2):
        AtelierPlugin.on_load()
    assert [type(each) for each in registry.registered] == [LoaderImporter]
    assert preloads.count == 2


def test_its_pages_are_served_under_their_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    app = object()
    monkeypatch.setitem(sys.modules, "plugins.atelier_airflow.web.app", SimpleNamespace(make_app=lambda: app))
    (page,) = AtelierPlugin().fastapi_apps
    assert page == {"app": app, "url_prefix": PREFIX, "name": "Atelier"}

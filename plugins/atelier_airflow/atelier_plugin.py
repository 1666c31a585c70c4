"""Registers Atelier with Airflow."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from airflow.dag_processing.importers import get_importer_registry
from airflow.plugins_manager import AirflowPlugin

from plugins.atelier_airflow.importer import LoaderImporter
from plugins.atelier_airflow.preload import preload


class AtelierPlugin(AirflowPlugin):
    """Loaded by each Airflow process before it forks."""

    name = "atelier"

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """The pages of what was made; only the API server asks for them, so no other process loads them."""
        from operators.pages.addresses import PREFIX
        from plugins.atelier_airflow.web.app import make_app

        return [{"app": make_app(), "url_prefix": PREFIX, "name": "Atelier"}]

    @classmethod
    def on_load(cls, *args: Any, **kwargs: Any) -> None:
        """Register the importer of content types, and import ahead what forked workers need."""
        registry = get_importer_registry()
        if not isinstance(registry.get_importer("any.py"), LoaderImporter):
            registry.register(LoaderImporter())
        preload()

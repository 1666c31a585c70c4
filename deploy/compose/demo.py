"""`make compose-demo`: one brief through the running compose installation, from its REST API to a film under out/."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from deploy.compose.environment import settings_in
from deploy.container.api_server import USER
from deploy.demo.airflow_api import AirflowApi
from deploy.demo.briefs import BriefFile, read_brief
from deploy.demo.ending import exit_code_of
from deploy.demo.results import RunResult
from deploy.demo.run import made_by_run
from deploy.demo.watch import await_dag
from deploy.local.console import tell
from deploy.local.installation import Installation
from deploy.local.ports import LOOPBACK
from include.store.connection import Connection
from include.store.store import Store
from operators.configuration import deployment_in
from operators.pages.addresses import gallery_at

DEPLOYMENT = "include/deployments/compose.yaml"
RUN_PREFIX = "compose__"
PATIENCE_S = 10.0
"""Docker restarts an API server that has ended; whether one was ever started is not known here."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Any parse will do: the images contain the DAGs that they run."""


class NotSetUp(Exception):
    """There is no compose installation to talk to."""


@dataclass(frozen=True)
class Addresses:
    """How this machine reaches the compose installation."""

    airflow_url: str
    password: str
    store_url: str
    store_access_key: str
    store_secret_key: str

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Self:
        """The addresses in `.env`."""
        return cls(
            airflow_url=f"http://{LOOPBACK}:{settings['ATELIER_AIRFLOW_PORT']}",
            password=settings["ATELIER_ADMIN_PASSWORD"],
            store_url=f"http://{LOOPBACK}:{settings['ATELIER_STORE_PORT']}",
            store_access_key=settings["ATELIER_STORE_ACCESS_KEY"],
            store_secret_key=settings["ATELIER_STORE_SECRET_KEY"],
        )

    @classmethod
    def written_in(cls, path: Path) -> Self:
        """The addresses in the environment file at `path`.

        :raises NotSetUp: there is no such file, or a setting is missing from it.
        """
        try:
            return cls.of(settings_in(path.read_text()))
        except FileNotFoundError:
            raise NotSetUp(f"{path.name} is not there; run `make compose-env` and `docker compose up -d`") from None
        except KeyError as missing:
            raise NotSetUp(f"{path.name} has no {missing.args[0]}; .env.example lists all settings") from None

    def store(self) -> Store:
        """The store, as the deployment names its bucket."""
        keys = self.store_access_key, self.store_secret_key
        connection = Connection.with_keys(self.store_url, *keys, "us-east-1", tries=3)
        return Store(deployment_in(DEPLOYMENT).store.domain(), connection)


def run_brief(addresses: Addresses, file: BriefFile, installation: Installation) -> RunResult:
    """Run the brief and collect what it made; the run goes on if this is interrupted."""
    with AirflowApi(addresses.airflow_url, USER, addresses.password, patience_s=PATIENCE_S) as api:
        await_dag(api, file.content_type, LONG_AGO, "`docker compose logs dag-processor`")
        result = made_by_run(installation, api, addresses.store(), file, RUN_PREFIX)
        gallery = f"{addresses.airflow_url}{gallery_at(result.dag_id)}" if result.is_published else ""
        return replace(result, gallery=gallery)


def main(arguments: list[str]) -> int:
    """Exit code 0 if the film is there, 1 if the run failed, 2 if the brief is wrong, 130 after Ctrl-C."""
    if len(arguments) not in (1, 2):
        tell("usage: python -m deploy.compose.demo BRIEF.yaml [CONTENT_TYPE]")
        return os.EX_USAGE
    installation = Installation.here()

    def make() -> RunResult:
        addresses = Addresses.written_in(installation.home / ".env")
        return run_brief(addresses, read_brief(Path(arguments[0]), *arguments[1:]), installation)

    return exit_code_of(make, installation.out, if_interrupted="the run goes on in Airflow", failures=(NotSetUp,))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

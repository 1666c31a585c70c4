"""The store as a command line reaches it: through Airflow's connection, or as any program that uses AWS does."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout

from include.contract.deployments import StoreSettings
from include.contract.errors import BadRequest
from include.store.connection import Connection
from include.store.store import Store
from operators.cli.command import Surroundings
from operators.store import connected_store

_AWS = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
_AIRFLOW = ("AIRFLOW_HOME", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")


def connect(settings: StoreSettings, surroundings: Surroundings) -> Store:
    """The store: through the Airflow connection if this environment has one or is Airflow's, else by AWS's variables.

    :raises BadRequest: there is neither, or it does not lead to a store.
    """
    connection = f"AIRFLOW_CONN_{settings.connection_id.upper()}"
    if connection in os.environ:
        return _by_airflow(settings)
    if any(name in os.environ for name in _AWS):
        return _by_aws(settings)
    if any(name in os.environ for name in _AIRFLOW):
        return _by_airflow(settings)
    raise BadRequest(
        f"it is not known how to reach the store `{settings.bucket}`: {surroundings.no_store}. For another store, set "
        f"{connection} (the Airflow connection), or {_AWS[0]}, AWS_SECRET_ACCESS_KEY and, unless it is Amazon's, "
        "AWS_ENDPOINT_URL"
    )


def _by_airflow(settings: StoreSettings) -> Store:
    # Airflow logs to what standard output is when it is first imported; that belongs to the command's own answer.
    with redirect_stdout(sys.stderr):
        return connected_store(settings)


def _by_aws(settings: StoreSettings) -> Store:
    connection = Connection.from_environment()
    try:
        connection.environment()
    except BadRequest as error:
        raise BadRequest(f"AWS's variables and files do not lead to a store: {error}; see `env | grep AWS_`") from error
    return Store(settings.domain(), connection)

"""How a stage's process reaches a model that is on a server: from an Airflow connection to its environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from include.contract import environment
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.model_cards import Backend
from include.contract.requests import StageRequest
from include.store.models import Models
from include.store.store import Store

if TYPE_CHECKING:
    from airflow.sdk import Connection


def asks_server(request: StageRequest, store: Store) -> bool:
    """Whether the model of `request` is on a server.

    :raises UnknownModel: its card is gone, or is another one.
    """
    return bool(request.execution.is_in_store) and Models(store).card(request.model).backend is Backend.OPENAI


def access_variables(deployment: Deployment) -> dict[str, str]:
    """The connection to the models' server as a stage's process sees it; holds a secret, so it goes nowhere else.

    Empty where the deployment's engine names no connection: pods have a Secret, and some servers want no key.

    :raises BadRequest: there is no such connection, or it does not say what is needed.
    """
    name = getattr(deployment.engine_settings, "model_connection_id", None)
    if name is None:
        return {}
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    todo = "set its host to the server of the models, and its password to the key"
    try:
        connection: Connection = BaseHook.get_connection(name)
    except AirflowNotFoundException as error:
        raise BadRequest(
            f"the Airflow connection `{name}` does not exist; add one of type `http`, and {todo}"
        ) from error
    if not connection.host or not connection.password:
        raise BadRequest(f"the Airflow connection `{name}` has no {'password' if connection.host else 'host'}; {todo}")
    return {
        environment.MODEL_KEY: connection.password,
        environment.MODEL_ADDRESS: _address(connection),
        environment.MODEL_KEY_HOLDER: f"the Airflow connection `{name}`",
        **_authorities(connection, name),
    }


def _address(connection: Connection) -> str:
    """As the http provider reads it: the host may be a whole address; without a scheme it is reached by TLS."""
    host = str(connection.host)
    address = host if "://" in host else f"{connection.schema or 'https'}://{host}"
    return f"{address}:{connection.port}" if connection.port else address


def _authorities(connection: Connection, name: str) -> dict[str, str]:
    """Certificates of the file that the connection's extra names as `verify`."""
    path = connection.extra_dejson.get("verify")
    if not isinstance(path, str):
        return {}
    try:
        return {environment.MODEL_CA: Path(path).read_text()}
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(
            f"the Airflow connection `{name}` names {path!r:.200} as `verify`, which cannot be read: {error}; name a "
            "file with the certificate of the server's authority, in PEM"
        ) from error

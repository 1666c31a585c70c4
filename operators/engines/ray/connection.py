"""How Airflow reaches a Ray cluster."""

from __future__ import annotations

from include.contract.errors import BadRequest
from include.contract.ray import RaySettings
from operators.engines.ray.jobs import Access


def access_of(settings: RaySettings) -> Access:
    """The cluster's address and token. Asks Airflow for the connection.

    :raises BadRequest: there is no such connection, or it has no token.
    """
    name = settings.connection_id
    if name is None:
        return Access(settings.address)
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        token = BaseHook.get_connection(name).password
    except AirflowNotFoundException as error:
        raise BadRequest(
            f"the Airflow connection `{name}` does not exist; add one of type `http` whose password is the Ray "
            "cluster's token, or leave out `ray.connection_id` where it has none"
        ) from error
    if not token:
        raise BadRequest(f"the Airflow connection `{name}` has no password; set it to the Ray cluster's token")
    return Access(settings.address, token)

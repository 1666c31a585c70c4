"""The store behind an Airflow connection."""

from __future__ import annotations

from include.contract.deployments import StoreSettings
from include.contract.errors import BadRequest
from include.store.connection import Connection
from include.store.store import Store

TRIES = 5
READ_TIMEOUT_S = 60.0


def connected_store(settings: StoreSettings, tries: int = TRIES, read_timeout_s: float = READ_TIMEOUT_S) -> Store:
    """The store behind `settings.connection_id`; no request is made.

    :param tries: how often a request is sent before the store counts as away.
    :raises BadRequest: there is no such connection, or it holds no credentials.
    """
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    name = settings.connection_id
    try:
        # The hook alone would fall back on whatever credentials the machine has, and reach another store.
        BaseHook.get_connection(name)
    except AirflowNotFoundException as error:
        raise BadRequest(
            f"the Airflow connection `{name}` does not exist; add one of type `aws` with the store's endpoint as "
            "`endpoint_url` in its extra"
        ) from error
    hook = S3Hook(aws_conn_id=name)
    session = hook.get_session()
    if session.get_credentials() is None:
        raise BadRequest(f"the Airflow connection `{name}` has no credentials; set its login and password")
    endpoint_url = hook.conn_config.get_service_endpoint_url(service_name="s3")
    return Store(settings.domain(), Connection(session, endpoint_url, hook.verify, tries, read_timeout_s))

"""A connection as obstore's settings. obstore takes whatever is not set from the environment."""

from __future__ import annotations

import os
import ssl
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from include.contract.errors import BadRequest
from include.store.connection import CONNECT_TIMEOUT_S, Connection

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

FIRST_PAUSE_S = 0.5
"""Pause before a request is sent again; pauses grow, at random, up to `LONGEST_PAUSE_S`."""
LONGEST_PAUSE_S = 20.0
GROWTH = 3
_NO_LIMIT = "365days"
_AMAZON = (".amazonaws.com", ".amazonaws.com.cn")
_DEFAULT_REGION = "us-east-1"


def config(connection: Connection, bucket: str) -> S3Config:
    """Where the bucket is: in the host name at Amazon, in the path for your own store, which knows no such names."""
    endpoint = connection.endpoint
    parts = urlsplit(endpoint)
    in_host = (parts.hostname or "").endswith(_AMAZON) and connection.endpoint_url is None and "." not in bucket
    address = parts._replace(netloc=f"{bucket}.{parts.netloc}").geturl() if in_host else endpoint
    return {
        "endpoint": address,
        "aws_endpoint_url_s3": address,
        "region": connection.session.region_name or _DEFAULT_REGION,
        "virtual_hosted_style_request": in_host,
        "skip_signature": False,
        # A body that TLS protects needs no hash in the signature, which takes as much work as sending it.
        "unsigned_payload": address.startswith("https://") and connection.trusted is not False,
        "disable_bulk_delete": True,
    }


def client_options(connection: Connection) -> ClientConfig:
    """Trust and time limits.

    :raises BadRequest: the file of certificates cannot be read.
    """
    trusted = connection.trusted
    options: ClientConfig = {
        "allow_http": connection.endpoint.startswith("http://"),
        "allow_invalid_certificates": trusted is False,
        "connect_timeout": timedelta(seconds=CONNECT_TIMEOUT_S),
        # The time-out for the whole answer would count a large body too.
        "timeout": _NO_LIMIT,
        "read_timeout": timedelta(seconds=connection.read_timeout_s),
    }
    if trusted is None:
        trusted = connection.session._session.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
    if isinstance(trusted, str):
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(trusted)
            options["root_certificate"] = Path(trusted).read_bytes()
        except OSError as error:  # ssl's are of that class too
            raise BadRequest(f"the certificates to trust the store by cannot be read ({trusted}): {error}") from error
    return options


def retry_config(connection: Connection) -> RetryConfig:
    """How often a request is sent again, if sending it twice does no harm."""
    return {
        "max_retries": connection.tries - 1,
        "retry_timeout": timedelta(seconds=connection.tries * connection.read_timeout_s),
        "backoff": {
            "init_backoff": timedelta(seconds=FIRST_PAUSE_S),
            "max_backoff": timedelta(seconds=LONGEST_PAUSE_S),
            "base": GROWTH,
        },
    }

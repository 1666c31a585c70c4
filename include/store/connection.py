"""How a process reaches a store: endpoint, credentials, patience."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from include.contract.errors import BadRequest
from include.contract.outage import Outage

log = logging.getLogger(__name__)

CONNECTIONS = 32
"""Requests that one process may have in progress at once."""
CONNECT_TIMEOUT_S = 5.0
_ADDRESS = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[!-~]*)?")


@dataclass(frozen=True)
class Connection:
    """Makes no request before it is used. Thread-safe."""

    session: Any
    """boto3's session: credentials, and their renewal."""
    endpoint_url: str | None = None
    """None means Amazon's own, unless AWS's variables or files name another."""
    trusted: str | bool | None = None
    """File of the certificate authorities to trust; None for the usual ones, False for none at all."""
    tries: int = 5
    """How often a request is sent before the store counts as away."""
    read_timeout_s: float = 60.0
    """How long a request waits for the next bytes."""
    _clients: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)
    _outages: list[Outage] = field(default_factory=list, init=False, repr=False, compare=False)
    _making: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @classmethod
    def from_environment(cls, *, tries: int = 5, read_timeout_s: float = 60.0) -> Connection:
        """From the standard AWS environment variables and files."""
        from boto3 import Session

        own = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        return cls(Session(), own, None, tries, read_timeout_s)

    @classmethod
    def with_keys(
        cls,
        endpoint_url: str,
        access_key: str,
        secret_key: str,
        region: str,
        *,
        tries: int = 5,
        read_timeout_s: float = 60,
    ) -> Connection:
        """With credentials that do not expire."""
        from boto3 import Session

        session = Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region)
        return cls(session, endpoint_url, None, tries, read_timeout_s)

    @property
    def client(self) -> Any:
        """The S3 client of boto3.

        :raises BadRequest: the settings are wrong.
        """
        with self._making:
            if not self._clients:
                self._clients.append(self.client_of(self.endpoint_url))
            return self._clients[0]

    @property
    def endpoint(self) -> str:
        """Where the store is.

        :raises BadRequest: it is not an address.
        """
        endpoint = self.endpoint_url or str(self.client.meta.endpoint_url)
        if not _ADDRESS.fullmatch(endpoint):
            raise BadRequest(f"the store's endpoint is {endpoint!r}; allowed: http://… or https://…")
        return endpoint.rstrip("/")

    @property
    def outage(self) -> Outage:
        """The calls that go unanswered, whichever library makes them, and for whichever bucket.

        :raises BadRequest: the settings are wrong.
        """
        endpoint = self.endpoint
        with self._making:
            if not self._outages:
                self._outages.append(Outage(f"the store at {endpoint}", log))
            return self._outages[0]

    def client_of(self, endpoint_url: str | None) -> Any:
        """A client of the same store under another address.

        :raises BadRequest: the settings are wrong.
        """
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        config = Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=self.read_timeout_s,
            max_pool_connections=CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": self.tries},
            # Every blob is checked by its SHA-256; another checksum on top costs time and finds nothing more.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            # A store of one's own seldom has a host name for every bucket.
            s3={"addressing_style": "path" if endpoint_url else "auto"},
        )
        try:
            return self.session.client("s3", endpoint_url=endpoint_url, verify=self.trusted, config=config)
        except (BotoCoreError, ValueError) as error:
            raise BadRequest(f"the settings of the connection to the store are wrong: {error}") from error

    def environment(self) -> dict[str, str]:
        """The connection as environment variables for AWS's clients; contains secrets, so it goes nowhere else.

        :raises BadRequest: the settings are wrong, or there are no credentials.
        """
        found = self.session.get_credentials()
        if found is None:
            raise BadRequest("there are no credentials for the store")
        credentials = found.get_frozen_credentials()
        environment = {
            "AWS_ENDPOINT_URL": self.client.meta.endpoint_url,
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            "AWS_DEFAULT_REGION": self.client.meta.region_name,
        }
        if credentials.token:
            environment["AWS_SESSION_TOKEN"] = credentials.token
        return environment

"""The server that has a model: its address, its key, and whom to trust. The key is sent to nobody else."""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from include.contract import environment
from include.contract.errors import ModelRefused
from include.contract.messages import legible

_SHOWN_CHARACTERS = 200
_KEY = re.compile(r"[!-~]+", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNNAMED_HOLDER = f"`{environment.MODEL_KEY}`"
_NO_KEY = (
    "wants a key, and none was given: let the deployment name a Secret that holds it as `kubernetes.model_secret`, or "
    "an Airflow connection as `process.model_connection_id`"
)


@dataclass(frozen=True)
class ModelServer:
    """One server, as the process that runs a stage may use it."""

    address: str
    """Base URL of its API."""
    key: str | None = field(default=None, repr=False)
    """Sent with each request; None if it is for another server, or there is none."""
    authorities: str = field(default="", repr=False)
    """Certificates in PEM that are trusted besides the usual ones."""
    refusing: str = _NO_KEY
    """What messages say if it refuses the key, with what to look at; never the key itself."""

    @classmethod
    def at(cls, address: str) -> Self:
        """The server at `address`, with what this process's environment has for it.

        :raises ModelRefused: the key is malformed, or does not say which server it is for.
        """
        authorities = os.environ.get(environment.MODEL_CA, "")
        key = os.environ.get(environment.MODEL_KEY, "").strip()
        if not key:
            return cls(address, authorities=authorities)
        holder = os.environ.get(environment.MODEL_KEY_HOLDER) or _UNNAMED_HOLDER
        if not _KEY.fullmatch(key):
            raise ModelRefused(
                f"the key to the model's server that {holder} holds has other characters than printable ASCII without "
                f"spaces; put the right one there"
            )
        meant = os.environ.get(environment.MODEL_ADDRESS, "").strip()
        if not meant:
            raise ModelRefused(
                f"{holder} holds a key and does not say for which server, and no card may lead it elsewhere; put the "
                f"server's address, such as {_origin_words(address)}, there as `{environment.MODEL_ADDRESS}`"
            )
        if _origin(meant) != _origin(address):
            other = f"wants a key, and was sent none: the one in {holder} is for {_origin_words(meant)} alone"
            return cls(address, None, authorities, other)
        return cls(address, key, authorities, f"refuses the key in {holder}; put a valid one there")

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"the model's server at {_origin_words(self.address)}"

    def trust(self) -> ssl.SSLContext:
        """Whom to trust.

        :raises ModelRefused: what should be certificates is not.
        """
        context = ssl.create_default_context()
        if self.authorities:
            try:
                context.load_verify_locations(cadata=self.authorities)
            except (ssl.SSLError, ValueError) as error:
                raise ModelRefused(
                    f"`{environment.MODEL_CA}` holds no certificates in PEM ({error}); put the one of the authority "
                    f"there that signs for {_origin_words(self.address)}"
                ) from None
        return context

    def told(self, text: object) -> str:
        """What it said, in short, with the key removed should it be in there."""
        words = str(text) if self.key is None else str(text).replace(self.key, "[the key]")
        words = " ".join(legible(words).split())
        return words if len(words) <= _SHOWN_CHARACTERS else f"{words[:_SHOWN_CHARACTERS]} …"


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address if "://" in address else f"https://{address}")
    return parts.scheme, parts.hostname, _port(address) or _DEFAULT_PORTS.get(parts.scheme)


def _port(address: str) -> int | None:
    try:
        return urlsplit(address if "://" in address else f"https://{address}").port
    except ValueError:
        return None


def _origin_words(address: str) -> str:
    """Scheme, host and port alone: a path or query may have secrets."""
    scheme, host, port = _origin(address)
    named = f"[{host}]" if host and ":" in host else host
    return f"{scheme}://{named}" + ("" if port == _DEFAULT_PORTS.get(scheme) else f":{port}")

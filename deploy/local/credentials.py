"""Credentials of this installation: made once, kept in one file that only its owner can read, never logged."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from deploy.local.files import mapping_in, write_atomically
from deploy.local.installation import Installation
from include.contract.errors import BadRequest


def _token() -> str:
    return secrets.token_urlsafe(24)


def _long_token() -> str:
    return secrets.token_urlsafe(48)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True)
class Credentials:
    """Everything secret that the embedded parts share."""

    store_access_key: str = field(default_factory=lambda: secrets.token_hex(10).upper())
    store_secret_key: str = field(default_factory=_token)
    store_signing_key: str = field(default_factory=_long_token)
    airflow_password: str = field(default_factory=_token)
    airflow_jwt_secret: str = field(default_factory=_long_token)
    airflow_api_secret: str = field(default_factory=_long_token)
    airflow_fernet_key: str = field(default_factory=_fernet_key)
    database_password: str = field(default_factory=_token)
    ray_token: str = field(default_factory=_long_token)


_CREDENTIALS = TypeAdapter(Credentials)


def credentials_of(installation: Installation) -> Credentials:
    """The installation's credentials, made on the first call; those missing from its file are added.

    :raises BadRequest: its file is damaged, and nothing can be opened without the credentials.
    """
    path = credentials_file(installation)
    try:
        kept = mapping_in(path)
        credentials = _CREDENTIALS.validate_python(kept)
    except ValueError as error:
        raise BadRequest(
            f"{path}: is damaged ({type(error).__name__}); restore it from a backup, or start with an empty "
            f"store: `make down`, then remove {installation.state}"
        ) from error
    if asdict(credentials).keys() - kept.keys():
        write_atomically(path, json.dumps(kept | asdict(credentials), indent=2).encode(), mode=0o600)
    return credentials


def credentials_file(installation: Installation) -> Path:
    """Where they are kept."""
    return installation.state / "credentials.json"

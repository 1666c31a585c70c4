"""Keys for the store, each set with the time at which it really expires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from include.contract.errors import AtelierError, BadRequest, StoreAway
from include.store.errors import Refusal, refusal_of

if TYPE_CHECKING:
    from obstore.store import S3Credential

_EARLY = timedelta(minutes=5)
"""A set is renewed so long before it expires, as obstore does."""


class SessionCredentials:
    """The credentials of a boto3 session, from keys, a role, a web identity or the instance. Thread-safe.

    obstore's own provider treats each set as valid for half an hour, whenever it expires.
    """

    def __init__(self, find: Callable[[], Any]) -> None:
        """`find` gives botocore's credentials, or None; it is asked once, by the first request."""
        self._find, self._lock = find, Lock()
        self._found: Any = None
        self._set: S3Credential | None = None

    def __call__(self) -> S3Credential:
        """A set of keys that is valid now.

        :raises BadRequest: there is none, or the settings that say where it is from are wrong.
        :raises StoreAway: whoever gives it out does not answer.
        """
        with self._lock:
            if self._set is None or _is_ending(self._set):
                self._set = _typed(self._renewed)
            return self._set

    def _renewed(self) -> S3Credential:
        if self._found is None:
            self._found = self._find()
        if self._found is None:
            raise BadRequest("the store's credentials are missing: neither the connection nor the environment has any")
        self._found.get_frozen_credentials()  # renews a set that is near its end
        # The end is read before the keys: should another thread renew them in between, it is too early, never too late.
        ends_at = getattr(self._found, "_expiry_time", None)
        keys = self._found.get_frozen_credentials()
        return {
            "access_key_id": keys.access_key,
            "secret_access_key": keys.secret_key,
            "token": keys.token,
            "expires_at": ends_at and ends_at.astimezone(UTC),  # obstore takes no other zone
        }


def _is_ending(keys: S3Credential) -> bool:
    ends_at = keys["expires_at"]
    return ends_at is not None and ends_at - datetime.now(UTC) < _EARLY


def _typed(renew: Callable[[], S3Credential]) -> S3Credential:
    from botocore import exceptions

    wrong_settings = (
        exceptions.ConfigParseError,
        exceptions.InvalidConfigError,
        exceptions.PartialCredentialsError,
        exceptions.ProfileNotFound,
        exceptions.UnknownCredentialError,
    )
    try:
        return renew()
    except AtelierError:
        raise
    except wrong_settings as error:
        raise BadRequest(f"the store's settings are wrong: {error}") from error
    except exceptions.ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        code = str(error.response.get("Error", {}).get("Code", ""))
        if refusal_of(status, code) is Refusal.PASSING:
            raise StoreAway(f"no credentials for the store are given out now: {error}") from error
        raise BadRequest(f"the store's credentials are refused: {error}") from error
    except (exceptions.BotoCoreError, OSError) as error:
        raise StoreAway(f"the store's credentials cannot be obtained now: {error}") from error

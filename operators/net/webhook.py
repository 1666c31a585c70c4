"""Notifies another system of what happened in a run: one signed POST, according to https://www.standardwebhooks.com."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook, BaseNotifier
from airflow.sdk.exceptions import AirflowException

from include.contract.errors import BadRequest, SourceAway
from operators.net.safe_http import HttpAnswer, asked

if TYPE_CHECKING:
    from airflow.sdk import Connection, Context

PUBLISHED, LATE = "atelier.published", "atelier.late"
TRIES = 5
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
_SHOWN_BYTES = 200
_ENCODED = "whsec_"


class WebhookFailed(AirflowException):
    """The message was not accepted."""


@dataclass(frozen=True)
class Webhook:
    """Where messages go and how they are signed."""

    url: str
    secret: bytes
    allows_private: bool = False

    @classmethod
    def of(cls, connection: Connection) -> Webhook:
        """The webhook in an Airflow connection of type `http`.

        Its host, or host, schema and port, are the address; its password is the secret, as it is or, after
        `whsec_`, in base64; its extra may have `path` and `allow_private`.

        :raises BadRequest: it has no host, or no secret to sign with.
        """
        extra, name = connection.extra_dejson, connection.conn_id
        host, secret = connection.host or "", connection.password or ""
        if not host or not secret:
            raise BadRequest(
                f"the Airflow connection `{name}` needs an address as its host and, as password, a secret to sign with"
            )
        port = f":{connection.port}" if connection.port else ""
        url = host if "://" in host else f"{connection.schema or 'https'}://{host}{port}"
        allows_private = extra.get("allow_private") is True
        return cls(f"{url}{extra.get('path', '')}", _secret(name, secret), allows_private)

    def headers(self, identifier: str, body: bytes, now_s: int) -> dict[str, str]:
        """Headers with which the receiver can check who sent `body` and when."""
        signed = f"{identifier}.{now_s}.".encode() + body
        signature = base64.b64encode(hmac.digest(self.secret, signed, "sha256")).decode()
        return {
            "Content-Type": "application/json",
            "User-Agent": "Atelier",
            "webhook-id": identifier,
            "webhook-timestamp": str(now_s),
            "webhook-signature": f"v1,{signature}",
        }


class WebhookNotifier(BaseNotifier):
    """Posts what a publishing task did, when it is that task's `on_success_callback`.

    Tried again on timeouts, on 429 and on any 5xx; the receiver knows a repetition by its `webhook-id`. Redirects are
    not followed, and an address inside this network is refused.

    :param connection_id: Airflow connection of type `http`, see `Webhook.of`.
    :param allows_private: whether addresses inside this network are fine; the connection's extra may say so too.
    :param first_pause_s: before the second try; doubled for each one after it.
    """

    template_fields = ("connection_id",)

    def __init__(
        self, *, connection_id: str, allows_private: bool = False, first_pause_s: float = FIRST_PAUSE_S
    ) -> None:
        super().__init__()
        self.connection_id = connection_id
        self.allows_private = allows_private
        self.first_pause_s = first_pause_s

    def notify(self, context: Context) -> None:
        """Post it.

        :raises WebhookFailed: it was not accepted.
        :raises BadRequest: the connection is wrong.
        """
        webhook = Webhook.of(BaseHook.get_connection(self.connection_id))
        message = self.message(context)
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        self._deliver(webhook, f"msg_{hashlib.sha256(body).hexdigest()[:32]}", body)
        self.log.info("told %s: %s", webhook.url, message["type"])

    def message(self, context: Context) -> Mapping[str, Any]:
        """The message: which task of which run published how much, and where its manifest is."""
        ti = context["ti"]
        found = ti.xcom_pull(task_ids=ti.task_id)
        published = found if isinstance(found, Mapping) else {}
        facts = {name: published.get(name) for name in ("manifest", "content_digest", "counts")}
        return {"type": PUBLISHED, "data": {"dag_id": ti.dag_id, "run_id": ti.run_id, "task_id": ti.task_id, **facts}}

    def _deliver(self, webhook: Webhook, identifier: str, body: bytes) -> None:
        for number in range(1, TRIES + 1):
            problem, wait_s = self._tried(webhook, identifier, body)
            if not problem:
                return
            self.log.warning("%s (try %d of %d)", problem, number, TRIES)
            if number < TRIES:
                time.sleep(min(LONGEST_PAUSE_S, max(self.first_pause_s * 2 ** (number - 1), wait_s)))
        raise WebhookFailed(f"{problem}; tried {TRIES} times")

    def _tried(self, webhook: Webhook, identifier: str, body: bytes) -> tuple[str, float]:
        """What kept the receiver from taking it, nothing when it did, and how long it asks to be left alone."""
        allow_private = webhook.allows_private or self.allows_private
        headers = webhook.headers(identifier, body, int(time.time()))
        try:
            with asked("POST", webhook.url, allow_private=allow_private, headers=headers, content=body) as answer:
                if answer.is_success:
                    return "", 0.0
                problem = f"{webhook.url}: {_refusal(answer)}"
                if not answer.may_pass:
                    raise WebhookFailed(problem)
                return problem, _retry_after_s(answer)
        except SourceAway as error:
            return str(error), 0.0


class LateNotifier(WebhookNotifier):
    """Posts that a run did not end by its deadline, as the deadline's callback."""

    def message(self, context: Context) -> Mapping[str, Any]:
        """The message: which run, and when it should have ended; a deadline's context has no task."""
        told: Mapping[str, Any] = context
        run = told["dag_run"]
        due = str(told["deadline"]["deadline_time"])
        return {"type": LATE, "data": {"dag_id": run["dag_id"], "run_id": run["dag_run_id"], "due": due}}


def _secret(connection_id: str, text: str) -> bytes:
    if not text.startswith(_ENCODED):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_ENCODED), validate=True)
    except ValueError as error:
        raise BadRequest(
            f"the password of the Airflow connection `{connection_id}` is not base64 after `{_ENCODED}`"
        ) from error


def _refusal(answer: HttpAnswer) -> str:
    if answer.location is not None:
        return f"redirects to {answer.location!r:.200}, which is not followed; set the final address"
    said = next(answer.chunks, b"")[:_SHOWN_BYTES]
    return f"answers {answer.status}: {said.decode(errors='replace')!r}"


def _retry_after_s(answer: HttpAnswer) -> float:
    wait = answer.headers.get("retry-after", "")
    return float(wait) if wait.isdecimal() else 0.0

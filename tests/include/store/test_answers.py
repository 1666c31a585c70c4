"""The client libraries' errors as the contract's."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from obstore.exceptions import GenericError

from include.contract.errors import BadRequest, StoreAway
from include.contract.keys import Domain
from include.store.answers import Answers
from include.store.connection import Connection
from include.store.errors import Absent, Conflict, Refused, StoreRefuses, Unanswered

WHERE = "http://store.test:8333"


def refused(status: int, code: str, operation: str = "GetObject") -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)


def answers(get: Exception | None = None) -> Answers:
    """To a store that answers a GET with `get`."""

    def ask(key: str) -> None:
        if get is not None:
            raise get

    return Answers(Domain("bucket", "team/"), Connection.with_keys(WHERE, "key", "secret", "region"), ask)


def typed(error: Exception, get: Exception | None = None) -> Exception:
    with pytest.raises(Exception) as raised, answers(get).typed("items/text/ab/record.json"):  # noqa: PT011
        raise error
    return raised.value


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused(404, "NoSuchKey"), Absent),
        (refused(412, "PreconditionFailed", "PutObject"), Refused),
        (refused(409, "OperationAborted", "PutObject"), Conflict),
        (refused(503, "SlowDown"), StoreAway),
        (refused(404, "NoSuchBucket"), StoreRefuses),
        (refused(403, "AccessDenied"), StoreRefuses),
        (NoCredentialsError(), BadRequest),
        (EndpointConnectionError(endpoint_url=WHERE), StoreAway),
        (ConnectionResetError("reset"), StoreAway),
        (GenericError("Error performing GET http://x in 3ms - the connection was reset"), Unanswered),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else type(one).__name__,
)
def test_an_error_is_told_by_what_to_do_next(error: Exception, kind: type[Exception]) -> None:
    assert type(typed(error)) is kind


def test_a_message_names_the_key_and_the_server() -> None:
    told = str(typed(refused(503, "SlowDown")))
    assert "s3://bucket/team/items/text/ab/record.json" in told
    assert WHERE in told
    assert "SlowDown" in told


@pytest.mark.parametrize(
    ("operation", "right"),
    [("GetObject", "s3:GetObject"), ("ListObjectsV2", "s3:ListBucket"), ("CopyObject", "s3:Put")],
)
def test_a_missing_right_is_named_with_where_it_is_needed(operation: str, right: str) -> None:
    told = str(typed(refused(403, "AccessDenied", operation)))
    assert f"permission `{right}" in told
    assert "on s3://bucket/team/items/text/*" in told


def test_why_a_head_was_refused_is_told_by_a_get() -> None:
    head = refused(403, "403", "HeadObject")
    assert type(typed(head, refused(404, "NoSuchKey"))) is Absent
    assert type(typed(head, refused(403, "AccessDenied"))) is StoreRefuses
    assert "refused HEAD, and then answered GET" in str(typed(head))


def test_what_is_no_answer_of_the_store_goes_through() -> None:
    assert type(typed(KeyError("a bug"))) is KeyError


def test_what_is_answered_is_handed_on() -> None:
    with answers().typed("k"):
        found = "body"
    assert found == "body"

"""What stands in the texts of obstore's exceptions; that they are still written so, the fault tests hold."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from include.store.told import Told, by_botocore, by_obstore

XML = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code><Message>no - way</Message></Error>'
URL = "http://127.0.0.1:33779/atelier/k%20-%20x"
DEBUG = """

Debug source:
Generic {{
    store: "S3",
    source: RetryError({}),
}}"""


def refusal(
    status: str, code: str, *, method: str = "GET", retries: str = "", before: str = "Generic S3 error: "
) -> str:
    said = f"{before}Error performing {method} {URL} in 1.333125ms{retries} - Server returned non-2xx status code: "
    return said + f"{status}: {XML.format(code)}" + DEBUG.format("inner: Status { status: 418 }")


RETRIES = ", after 2 retries, max_retries: 2, retry_timeout: 300s "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (refusal("503 Service Unavailable", "SlowDown"), Told(503, "SlowDown", "GetObject")),
        (refusal("503 Service Unavailable", "SlowDown", retries=RETRIES), Told(503, "SlowDown", "GetObject")),
        (
            refusal("412 Precondition Failed", "PreconditionFailed", method="PUT", before="Object at location k: "),
            Told(412, "PreconditionFailed", "PutObject"),
        ),
        (
            refusal("403 Forbidden", "AccessDenied", before="Generic S3 error: Error performing list request: "),
            Told(403, "AccessDenied", "ListObjectsV2"),
        ),
        (
            f"Error performing HEAD {URL} in 5µs - Server returned non-2xx status code: 400 Bad Request: ",
            Told(400, "", "HeadObject"),
        ),
        (
            f"Generic S3 error: Error performing POST {URL} in 1s - Server returned error response: "
            + XML.format("InternalError"),
            Told(500, "InternalError", "PutObject"),
        ),
        (
            f"Generic S3 error: Error performing GET {URL} in 1s - Received redirect without LOCATION, this normally "
            "indicates an incorrectly configured region",
            Told(301, "", "GetObject"),
        ),
    ],
)
def test_status_code_and_operation_are_read(text: str, told: Told) -> None:
    assert by_obstore(text) == told


def _unanswered(inner: str) -> str:
    return f"Generic S3 error: Error performing PUT {URL} in 1s - HTTP error: error sending request" + DEBUG.format(
        inner
    )


@pytest.mark.parametrize(
    ("inner", "why", "is_lost"),
    [
        (
            'kind: Interrupted,\n Os { code: 104, message: "Connection reset by peer" }',
            "Connection reset by peer",
            True,
        ),
        ("kind: Timeout,\n source: TimedOut", "no response", True),
        ('kind: Connect,\n Os { code: 111, message: "Connection refused" }', "Connection refused", False),
        (
            'kind: Connect,\n Custom { error: "failed to lookup address information" }',
            "failed to lookup address",
            False,
        ),
        ("kind: Interrupted,\n hyper::Error(IncompleteMessage)", "the connection broke off", True),
        ("something new", "HTTP error: error sending request", True),
    ],
)
def test_no_answer_is_told_in_words_for_people(inner: str, why: str, is_lost: bool) -> None:
    told = by_obstore(_unanswered(inner))
    assert (told.status, told.code, told.is_lost) == (0, "", is_lost)
    assert told.why.startswith(why)
    assert "Debug" not in told.why


@pytest.mark.parametrize("text", ["", "\n\nDebug source:\n", "anything at all", "Error performing GET"])
def test_a_text_that_says_nothing_is_no_answer(text: str) -> None:
    assert by_obstore(text).status == 0


def test_a_key_that_reads_like_an_answer_changes_nothing() -> None:
    sly = "Object at location x - Server returned non-2xx status code: 503 Busy not found: "
    assert by_obstore(refusal("404 Not Found", "NoSuchKey", before=sly)) == Told(404, "NoSuchKey", "GetObject")


def test_botocore_says_it_in_values() -> None:
    answer: Any = {"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}
    assert by_botocore(ClientError(answer, "PutObject")) == Told(503, "SlowDown", "PutObject")
    nothing: Any = {}
    assert by_botocore(ClientError(nothing, "HeadObject")) == Told(0, "", "HeadObject")

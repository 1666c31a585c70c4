from __future__ import annotations

import pytest

from include.contract.errors import SURROUNDINGS
from include.store.errors import EXPECTED, Refusal, refusal_of, tells_no_code


@pytest.mark.parametrize(
    ("status", "code", "refusal"),
    [
        (404, "NoSuchKey", Refusal.ABSENT),
        (404, "404", Refusal.ABSENT),
        (404, "NoSuchBucket", Refusal.LASTING),
        (404, "NoSuchUpload", Refusal.UPLOAD_OVER),
        (416, "InvalidRange", Refusal.ABSENT),
        (412, "PreconditionFailed", Refusal.CONDITION),
        (409, "ConditionalRequestConflict", Refusal.CONFLICT),
        (409, "OperationAborted", Refusal.CONFLICT),
        (400, "RequestTimeout", Refusal.PASSING),
        (400, "ExpiredToken", Refusal.PASSING),
        (403, "RequestTimeTooSkewed", Refusal.PASSING),
        (429, "", Refusal.PASSING),
        (503, "SlowDown", Refusal.PASSING),
        (507, "XMinioStorageFull", Refusal.PASSING),
        (501, "NotImplemented", Refusal.LASTING),
        (403, "AccessDenied", Refusal.FORBIDDEN),
        (403, "SignatureDoesNotMatch", Refusal.LASTING),
        (400, "InvalidArgument", Refusal.LASTING),
        (301, "PermanentRedirect", Refusal.LASTING),
        (0, "", Refusal.LASTING),
    ],
)
def test_an_answer_means_what_to_do_next(status: int, code: str, refusal: Refusal) -> None:
    assert refusal_of(status, code) is refusal


def test_only_an_answer_without_a_body_hides_its_code() -> None:
    assert tells_no_code(400, "400")
    assert tells_no_code(403, "")
    assert not tells_no_code(400, "ExpiredToken")
    assert not tells_no_code(404, "404")


def test_an_answer_that_nobody_expects_counts_as_infrastructure() -> None:
    assert {answer.cause for answer in EXPECTED.values()} <= SURROUNDINGS

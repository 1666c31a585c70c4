"""What a store's refusal means: one table of S3 servers' answers, and the resulting errors.

Status and code of each error: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

from enum import StrEnum

from include.contract.errors import BadRequest, StoreAway


class Refusal(StrEnum):
    """Why the store did not do as it was asked."""

    ABSENT = "absent"
    """No such object, or not these bytes of it."""
    CONDITION = "condition"
    """The request's condition does not hold: another version is there, or one where there should be none."""
    CONFLICT = "conflict"
    """Another write to the same key is in progress."""
    UPLOAD_OVER = "upload_over"
    """An upload in parts has already ended, through the same request or another one."""
    PASSING = "passing"
    """The same request may be answered later, or with the next credentials."""
    FORBIDDEN = "forbidden"
    """The credentials are known but do not have the permission."""
    LASTING = "lasting"
    """The same request would be refused again."""


_BY_CODE = {
    "NoSuchBucket": Refusal.LASTING,
    "NoSuchUpload": Refusal.UPLOAD_OVER,
    "AccessDenied": Refusal.FORBIDDEN,
    **dict.fromkeys(
        (
            "RequestTimeout",
            "RequestTimeTooSkewed",
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "TokenRefreshRequired",
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "RequestThrottled",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "TooManyRequests",
            "TooManyRequestsException",
            "ServiceUnavailable",
            "InternalError",
        ),
        Refusal.PASSING,
    ),
}
_BY_STATUS = {
    404: Refusal.ABSENT,
    408: Refusal.PASSING,
    409: Refusal.CONFLICT,
    412: Refusal.CONDITION,
    416: Refusal.ABSENT,
    425: Refusal.PASSING,
    429: Refusal.PASSING,
    501: Refusal.LASTING,  # what was asked for is not implemented
    505: Refusal.LASTING,
}
_SERVER_ERROR = 500
_SILENT_ABOUT = frozenset({400, 403})


def refusal_of(status: int, code: str) -> Refusal:
    """What an answer with this HTTP status means.

    :param code: S3's error code, from the answer's body; anything if there was none.
    """
    known = _BY_CODE.get(code) or _BY_STATUS.get(status)
    return known or (Refusal.PASSING if status >= _SERVER_ERROR else Refusal.LASTING)


def tells_no_code(status: int, code: str) -> bool:
    """Whether the answer is to a HEAD, which has no body, and its error code would matter: GET tells it."""
    return status in _SILENT_ABOUT and code in ("", str(status))


class StoreRefuses(BadRequest):
    """The store would refuse the same request again: bucket, credentials or permissions are wrong."""


class Unanswered(StoreAway):
    """No answer came, so it is unknown whether the request was carried out."""


class Answer(StoreAway):
    """The store's answer to a condition; without a condition, another try may get another answer."""


class Absent(Answer):
    """No such object."""


class Refused(Answer):
    """The condition does not hold."""


class Conflict(Answer):
    """Another conditional write to the same key was in progress."""


class UploadOver(Answer):
    """The upload in parts has already ended."""


EXPECTED = {
    Refusal.ABSENT: Absent,
    Refusal.CONDITION: Refused,
    Refusal.CONFLICT: Conflict,
    Refusal.UPLOAD_OVER: UploadOver,
}
"""The possible answers to a condition, whether one was set or not."""

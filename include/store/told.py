"""What a client library says about a failed request: status, S3's error code, and why, in the same form.

obstore has neither status nor code as values: both are in its exceptions' text, and its classes mix what has to be
kept apart (409 and 412; an expired token, a missing range and a time-out).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_REQUEST = re.compile(
    r"(?P<listing>Error performing list request: )?"
    r"Error performing (?P<method>[A-Z]+) \S+ in \S+?(?:, after \d+ retries, [^-]*)? - (?P<answer>.*)",
    re.DOTALL,
)
_STATUS = re.compile(r"Server returned non-2xx status code: (?P<status>\d{3})\b(?P<body>.*)", re.DOTALL)
_ERROR_FOR_AN_ANSWER = "Server returned error response:"
"""Comes with status 200: S3 starts to answer before it knows how a long request ends."""
_REDIRECTED = "Received redirect without LOCATION"
_CODE = re.compile(r"<Code>\s*(\w[\w.]*)\s*</Code>")
_SYSTEM_WORDS = re.compile(r'(?:message|error): "([^"\\]{1,200})')
_CERTIFICATE = re.compile(r"InvalidCertificate\(\s*(\w+)")
_BROKEN_OFF = ("IncompleteMessage", "IncompleteBody", "UnexpectedEof", "ConnectionReset", "ConnectionClosed")
_QUERY = re.compile(r"(?<=\S)\?[^\s\"'<>]*=[^\s\"'<>]*")
_SERVER_ERROR = 500
_REDIRECT = 301
_OPERATIONS = {
    "GET": "GetObject",
    "HEAD": "HeadObject",
    "LIST": "ListObjectsV2",
    "PUT": "PutObject",
    "POST": "PutObject",
    "DELETE": "DeleteObject",
}


@dataclass(frozen=True)
class Told:
    """What is known about a failed request."""

    status: int = 0
    """HTTP's status; 0 if no answer came."""
    code: str = ""
    """S3's error code, if there is one."""
    operation: str = ""
    """S3's name of the operation."""
    why: str = ""
    """Why no answer came, in words for people."""
    is_lost: bool = False
    """Whether the server may have received the request all the same."""


def by_botocore(error: Any) -> Told:
    """What botocore's `ClientError` says."""
    answer = error.response
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return Told(status, str(answer.get("Error", {}).get("Code", "")), error.operation_name)


def without_query(text: str) -> str:
    """`text` on one line, its addresses without what only the server understands of them."""
    return " ".join(_QUERY.sub("", text).split())


def by_obstore(text: str) -> Told:
    """What the text of an exception of obstore says, without its debugging output, which is shown to nobody."""
    said, _, debug = text.partition("\n\nDebug source:")
    request = _REQUEST.search(said)
    if request is None:
        return Told(why=_in_words(said, debug), is_lost=True)
    operation = _OPERATIONS["LIST" if request["listing"] else request["method"]]
    answer = request["answer"]
    refusal = _STATUS.match(answer)
    if refusal is not None:
        return Told(int(refusal["status"]), _code_in(refusal["body"]), operation)
    if answer.startswith(_ERROR_FOR_AN_ANSWER):
        return Told(_SERVER_ERROR, _code_in(answer), operation)
    if answer.startswith(_REDIRECTED):
        return Told(_REDIRECT, "", operation)
    return Told(operation=operation, why=_in_words(answer, debug), is_lost="kind: Connect," not in debug)


def _code_in(body: str) -> str:
    code = _CODE.search(body)
    return code[1] if code else ""


def _in_words(said: str, debug: str) -> str:
    """Why there is no answer: the system's words for it stand only in the debugging output."""
    if "TimedOut" in debug:
        return "no response"
    certificate = _CERTIFICATE.search(debug)
    if certificate is not None:
        return (
            f"its certificate is not trusted ({certificate[1]}); set AWS_CA_BUNDLE to a file of certificates that are"
        )
    words = _SYSTEM_WORDS.search(debug)
    if words is not None:
        return words[1]
    return "the connection broke off" if any(each in debug for each in _BROKEN_OFF) else " ".join(said.split())

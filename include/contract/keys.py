"""The store's layout (K1, K2): the key of everything in it. No other module builds a key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote

from include.contract.errors import BadRequest
from include.contract.manifests import RunRef

PUBLISHED = "published/"
"""Folder of everything that readers find, with a folder for each place."""
_S3_URI = re.compile(r"^s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.+)$")
_DOMAIN_URI = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/?(?P<prefix>(?<=/)[A-Za-z0-9][A-Za-z0-9._/-]*/)?"
)
_REQUEST_KEY = re.compile(r"^(?P<prefix>(?:.+/)?)v1/requests/(?P<sha256>[0-9a-f]{64})\.json$")


@dataclass(frozen=True)
class Domain:
    """One bucket and prefix: one domain of trust."""

    bucket: str
    prefix: str = ""
    """Empty, or ends with a slash."""

    def uri(self, key: str) -> str:
        """Full address of `key`."""
        return f"s3://{self.bucket}/{self.prefix}{key}"


def segment(text: str) -> str:
    """One path segment of a key, percent-encoded, from a name that people chose.

    :raises BadRequest: `.`, `..`, nothing, or a lone surrogate.
    """
    try:
        encoded = quote(text, safe="")
    except UnicodeEncodeError:
        encoded = ""
    if encoded in ("", ".", ".."):
        raise BadRequest(f"{text!r} cannot be part of a key; allowed: any other name")
    return encoded


BLOBS_FOLDER = "v1/blobs/"
"""Of all blobs."""


def blob_key(sha256: str) -> str:
    """Immutable bytes."""
    return f"{BLOBS_FOLDER}{sha256[:2]}/{sha256}"


def record_key(kind: str, fingerprint: str) -> str:
    """Record of one item that succeeded."""
    return f"{records_folder(kind)}{fingerprint[:2]}/{fingerprint}.json"


def records_folder(kind: str) -> str:
    """Folder of all records of a kind."""
    return f"v1/items/{kind}/"


def stage_key(kind: str, fingerprint: str) -> str:
    """Content of one complete stage."""
    return f"{stages_folder(kind)}{fingerprint[:2]}/{fingerprint}.json"


def stages_folder(kind: str) -> str:
    """Folder of all stage contents of a kind."""
    return f"v1/stages/{kind}/"


def claim_key(kind: str, fingerprint: str) -> str:
    """Who is making an item now (W8)."""
    return f"v1/claims/{kind}/{fingerprint}.json"


def request_key(sha256: str) -> str:
    """What a stage was asked to do."""
    return f"v1/requests/{sha256}.json"


def runs_prefix(dag_id: str, *below: str) -> str:
    """Folder of all runs of a DAG, of one run `below` it, or of a task of that run."""
    return "v1/runs/" + "".join(f"{segment(name)}/" for name in (dag_id, *below))


def handed_on_key(run: RunRef) -> str:
    """What a task that is not a stage handed on."""
    return f"{runs_prefix(run.dag_id, run.run_id, run.task_id)}{run.map_index}/handed-on.json"


def task_prefix(run: RunRef, request: str) -> str:
    """Folder of one task of one run, for one request."""
    return f"{runs_prefix(run.dag_id, run.run_id, run.task_id)}{run.map_index}/{request}/"


def manifest_key(run: RunRef, request: str) -> str:
    """What one task of one run did."""
    return f"{task_prefix(run, request)}manifest.json"


def progress_key(run: RunRef, request: str, attempt: int) -> str:
    """How far one attempt is (K4)."""
    return f"{task_prefix(run, request)}{attempt}/progress.json"


def items_key(run: RunRef, request: str, attempt: int) -> str:
    """What has become of each item of an attempt so far (K4)."""
    return f"{task_prefix(run, request)}{attempt}/items.json.gz"


def end_key(run: RunRef, request: str, attempt: int) -> str:
    """The termination message of an attempt that failed (K4)."""
    return f"{task_prefix(run, request)}{attempt}/end.json"


def log_key(run: RunRef, request: str, attempt: int, chunk: int) -> str:
    """One chunk of an attempt's log (K4)."""
    return f"{task_prefix(run, request)}{attempt}/log-{chunk:03d}.jsonl"


def learnt_key(sha256: str) -> str:
    """What earlier runs learnt about the resources that a stage needs."""
    return f"v1/learnt/{sha256}.json"


def model_key(sha256: str) -> str:
    """Card of a model, by the digest of its canonical tree."""
    return f"v1/models/{sha256}.json"


MODEL_NAMES = "v1/model-names/"
"""Folder of all names of models."""


def model_name_key(name: str, revision: str, variant: str = "") -> str:
    """What a model is called: a name that never moves."""
    return f"{MODEL_NAMES}{segment(name)}/{segment(f'{revision}+{variant}')}.json"


def model_named_by(key: str) -> tuple[str, str, str]:
    """Name, revision and variant of the model that `key` names.

    :raises ValueError: the key is of no model's name.
    """
    name, slash, file = key.removeprefix(MODEL_NAMES).partition("/")
    revision, plus, variant = unquote(file.removesuffix(".json")).partition("+")
    if not (key.startswith(MODEL_NAMES) and slash and plus and file.endswith(".json")):
        raise ValueError(f"{key} names no model")
    return unquote(name), revision, variant


def told_key(sha256: str) -> str:
    """What runs have read of a feed, and reported about it."""
    return f"v1/told/{sha256}.json"


def decision_key(content_type: str, brief: str, content_digest: str, name: str) -> str:
    """One decision about a brief's content (W10); the names of later ones sort after it."""
    return f"{decisions_prefix(content_type, brief, content_digest)}{segment(name)}.json"


def decisions_prefix(content_type: str, brief: str, content_digest: str) -> str:
    """Folder of all decisions about a brief's content."""
    return f"v1/decisions/{segment(content_type)}/{segment(brief)}/{content_digest}/"


def published_prefix(place: str) -> str:
    """Folder of everything published in a place; paths in its files are relative to it."""
    return f"{PUBLISHED}{segment(place)}/"


def published_in(key: str) -> tuple[str, str]:
    """The place in which something is published, and its path there.

    :raises ValueError: the key is of nothing published.
    """
    prefix, _, rest = key.partition("/")
    place, _, path = rest.partition("/")
    if f"{prefix}/" != PUBLISHED:
        raise ValueError(f"{key} is nothing published")
    return unquote(place), path


def full_address(domain: Domain, address: str) -> str:
    """Where a published piece is, from the address in its manifest line: a key of `domain`, or a full address."""
    return address if "://" in address else domain.uri(address)


def day_path(day: date) -> str:
    """Folder of one day's pieces, relative to the place's."""
    return f"{day:%Y/%m/%d}/"


def piece_path(day: date, slug: str) -> str:
    """Folder of one piece, relative to the place's."""
    return f"{day_path(day)}{segment(slug)}/"


def tombstone_path(slug: str) -> str:
    """What was withdrawn and restored under one slug, relative to the place's folder."""
    return f"tombstones/{segment(slug)}.json"


def probe_key(name: str) -> str:
    """Scratch object of the start-up probe (W1)."""
    return f"v1/probes/{segment(name)}"


def domain_at(uri: str) -> Domain:
    """The domain whose address is `uri`.

    :raises BadRequest: anything else than `s3://bucket` or `s3://bucket/prefix/`.
    """
    address = _DOMAIN_URI.fullmatch(uri)
    if address is None:
        raise BadRequest(f"{uri!r:.200} is no store; allowed: `s3://bucket`, or `s3://bucket/prefix/`")
    return Domain(address["bucket"], address["prefix"] or "")


def split_request_uri(uri: str) -> tuple[Domain, str]:
    """Domain and digest of a request's address.

    :raises BadRequest: anything else than `s3://bucket/[prefix/]v1/requests/<sha256>.json`.
    """
    address = _S3_URI.match(uri)
    key = address and _REQUEST_KEY.match(unquote(address.group(2)))
    if not address or not key:
        raise BadRequest(f"`{uri}` is not a request; allowed: s3://bucket/[prefix/]v1/requests/<sha256>.json")
    return Domain(address.group(1), key["prefix"]), key["sha256"]

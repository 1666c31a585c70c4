"""The layout of the store, and that no name can leave its place in it (K1, K2)."""

from __future__ import annotations

import pytest

from include.contract.errors import BadRequest
from include.contract.keys import (
    Domain,
    domain_at,
    end_key,
    handed_on_key,
    items_key,
    manifest_key,
    progress_key,
    published_in,
    published_prefix,
    segment,
    split_request_uri,
)
from include.contract.manifests import RunRef

SHA = "ab" * 32


def test_people_s_names_are_one_segment_each() -> None:
    run = RunRef(dag_id="a/b", run_id="manual__2026-01-01T00:00:00+00:00", task_id="é ..", map_index=3)
    assert manifest_key(run, SHA) == (
        f"v1/runs/a%2Fb/manual__2026-01-01T00%3A00%3A00%2B00%3A00/%C3%A9%20../3/{SHA}/manifest.json"
    )
    assert handed_on_key(run) == (
        "v1/runs/a%2Fb/manual__2026-01-01T00%3A00%3A00%2B00%3A00/%C3%A9%20../3/handed-on.json"
    )
    assert progress_key(run, SHA, 2).endswith(f"/{SHA}/2/progress.json")
    assert items_key(run, SHA, 2).endswith(f"/{SHA}/2/items.json.gz")
    assert end_key(run, SHA, 2).endswith(f"/{SHA}/2/end.json")


@pytest.mark.parametrize("name", ["", ".", "..", "a\ud800"])
def test_names_that_would_climb_or_cannot_be_written_are_refused(name: str) -> None:
    with pytest.raises(BadRequest):
        segment(name)


def test_a_request_uri_says_domain_and_digest() -> None:
    assert split_request_uri(f"s3://bucket/team/a/v1/requests/{SHA}.json") == (Domain("bucket", "team/a/"), SHA)
    assert split_request_uri(f"s3://bucket/v1/requests/{SHA}.json") == (Domain("bucket"), SHA)


@pytest.mark.parametrize(
    "uri", ["", "file:///etc/passwd", f"s3://bucket/v1/blobs/{SHA}", "s3://bucket/v1/requests/x.json"]
)
def test_anything_else_is_no_request(uri: str) -> None:
    with pytest.raises(BadRequest, match="is not a request"):
        split_request_uri(uri)


def test_what_is_published_lies_in_a_place() -> None:
    key = f"{published_prefix('gazette-archive')}2026/11/27/honey/item.json"
    assert published_in(key) == ("gazette-archive", "2026/11/27/honey/item.json")
    with pytest.raises(ValueError, match="is nothing published"):
        published_in("v1/blobs/ab/abc")


def test_a_domain_is_known_by_its_address() -> None:
    for domain in (Domain("atelier"), Domain("atelier", "team/a/")):
        assert domain_at(domain.uri("")) == domain
    assert domain_at("s3://atelier") == Domain("atelier")
    for wrong in ("s3://atelier/team", "s3://A", "https://atelier/", "s3://atelier//team/", ""):
        with pytest.raises(BadRequest, match="is no store; allowed: `s3://bucket`, or `s3://bucket/prefix/`"):
            domain_at(wrong)

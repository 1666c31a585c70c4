from __future__ import annotations

import json
import stat
from dataclasses import asdict

import pytest

from deploy.local.credentials import Credentials, credentials_of
from deploy.local.installation import Installation
from include.contract.errors import BadRequest


def test_they_are_made_once_for_their_owner_only(installation: Installation) -> None:
    first = credentials_of(installation)
    assert credentials_of(installation) == first
    path = installation.state / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(installation.state.stat().st_mode) == 0o700


def test_no_two_installations_share_one() -> None:
    ones, others = asdict(Credentials()), asdict(Credentials())
    assert not set(ones.values()) & set(others.values())
    assert len(set(ones.values())) == len(ones)


def test_a_file_of_before_a_kind_was_needed_gets_that_kind_and_keeps_the_others(installation: Installation) -> None:
    first = asdict(credentials_of(installation))
    path = installation.state / "credentials.json"
    path.write_text(json.dumps({name: value for name, value in first.items() if name != "database_password"}))
    second = asdict(credentials_of(installation))
    assert second.pop("database_password") != first.pop("database_password")
    assert second == first
    assert credentials_of(installation) == credentials_of(installation)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 5000, b'{"airflow_password": 3}'])
def test_a_damaged_file_is_told_and_left_as_it_is(installation: Installation, content: bytes) -> None:
    path = installation.state / "credentials.json"
    path.write_bytes(content)
    with pytest.raises(BadRequest, match=r"credentials.json: is damaged .* `make down`, then remove"):
        credentials_of(installation)
    assert path.read_bytes() == content

from __future__ import annotations

import stat
from dataclasses import asdict

from deploy.local.credentials import Credentials, credentials_of
from deploy.local.installation import Installation


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

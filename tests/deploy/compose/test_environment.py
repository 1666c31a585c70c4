from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from deploy.compose.environment import EXAMPLE, FERNET_KEY, ROOT, filled, main, settings_in

EXAMPLE_TEXT = (ROOT / EXAMPLE).read_text()


def test_every_empty_secret_gets_a_value_of_its_own() -> None:
    first, second = settings_in(filled(EXAMPLE_TEXT)), settings_in(filled(EXAMPLE_TEXT))
    secrets = [name for name, value in settings_in(EXAMPLE_TEXT).items() if not value]
    assert len(secrets) == 7
    assert len({first[name] for name in secrets} | {second[name] for name in secrets}) == 2 * len(secrets)


def test_secrets_fit_into_addresses_and_json() -> None:
    found = settings_in(filled(EXAMPLE_TEXT))
    key = found.pop(FERNET_KEY)
    assert len(base64.urlsafe_b64decode(key)) == 32
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", value) for value in found.values())


def test_what_has_a_value_and_every_comment_stays() -> None:
    assert filled("# A=\n\nA=1\n") == "# A=\n\nA=1\n"


def test_the_file_is_for_its_owner_only_and_never_written_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / EXAMPLE).write_text("A=\n")
    assert main(tmp_path) == 0
    path = tmp_path / ".env"
    content = path.read_text()
    assert (path.stat().st_mode & 0o777, content[:2]) == (0o600, "A=")
    assert main(tmp_path) == 0
    assert path.read_text() == content
    said = capsys.readouterr().out
    assert "left alone" in said
    assert content.strip().removeprefix("A=") not in said

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.cli.output import OutputLost, complain, tell, tell_all, tell_json
from tests.foreign import JSON_TREES

ENCODINGS = ("ascii", "latin-1", "utf-8")


class Full(io.RawIOBase):
    """A stream that takes nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


def terminal(encoding: str, monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding, write_through=True))
    return written


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text())
def test_whatever_is_said_can_be_shown(encoding: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        written = terminal(encoding, monkeypatch)
        tell(text)
        assert written.getvalue().decode(encoding).endswith("\n")


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(value=JSON_TREES)
def test_json_stays_json_on_every_terminal(encoding: str, value: object) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        written = terminal(encoding, monkeypatch)
        tell_json({"value": value})
        assert json.dumps(json.loads(written.getvalue().decode(encoding))["value"]) == json.dumps(value)


def test_json_is_as_readable_as_the_terminal_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    written = terminal("utf-8", monkeypatch)
    tell_json({"topic": "Café"})
    assert "Café".encode() in written.getvalue()


def test_output_that_is_lost_is_told_by_its_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BufferedWriter(Full()), encoding="utf-8"))
    tell("kept in a buffer")
    with pytest.raises(OutputLost, match="No space left on device"):
        tell_all()
    complain("nobody hears that")
    monkeypatch.undo()

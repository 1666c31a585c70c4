from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operators.cli.command import OK, REFUSED, USAGE
from operators.cli.main import COMMANDS, main
from operators.configuration import CONTENT_TYPES

ATELIER = (sys.executable, "-m", "operators.cli")
ROOT = Path(__file__).resolve().parents[3]


def test_help_lists_every_subcommand() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "operators.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert all(f"\n    {command.name} " in done.stdout for command in COMMANDS)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["plan", "films", "--from", "2.11.2026"],
            "argument --from: '2.11.2026' is not a day; allowed: a date such as 2026-11-27",
        ),
        (["verify"], "the following arguments are required: published"),
    ],
)
def test_what_is_wrong_of_a_command_line_is_told(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["plna"], ["plan"], ["plan", "films", "--from", "tomorrow"]])
def test_a_wrong_command_line_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: atelier" in capsys.readouterr().err


def test_a_refusal_is_one_message_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--deployment", "nowhere.yaml", "plan", "narrated_video"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("the deployment: nowhere.yaml: there is no such file")


def test_a_disk_that_is_full_is_told_and_the_exit_code_says_so() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*ATELIER, "schema", "--check"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "the output cannot be written: No space left on device\n")


def test_a_reader_that_has_seen_enough_is_no_error_worth_a_word() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run([*ATELIER, "schema", "--check"], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed_from_the_start_keep_nothing_from_being_done(closed: str) -> None:
    done = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *ATELIER, "schema", "--check"], cwd=ROOT)
    assert done.returncode == 0


def test_a_terminal_that_shows_ascii_alone_is_told_in_escapes(tmp_path: Path) -> None:
    path = tmp_path / "caf\xe9.yaml"
    path.write_text("name: [")
    done = subprocess.run(
        [*ATELIER, "validate", path],
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "caf\\xe9.yaml, line 2: is not YAML" in done.stdout


WORDS = st.sampled_from(
    ["--json", "--check", "--items", "--from", "--to", "--param", "--brief", "--days", "topic=x", "2026-11-01"]
    + ["9999-12-31", "narrated_video", "folder", "latin.yaml", "good.yaml", "deep.yaml", "link.yaml", "a" * 300, "-"]
    + ["latin.yaml/x", "\udcff", "\udcff.yaml", "x=[", "variations={image/01: 1}", "scenes=0x" + "f" * 5000, ".."]
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files that no command can use, and one that it can."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe9")
    (tmp_path / "deep.yaml").write_text("[" * 5000)
    (tmp_path / "link.yaml").symlink_to("link.yaml")
    (tmp_path / "good.yaml").write_text((CONTENT_TYPES / "narrated_video.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    for name in (*os.environ,):
        if name.startswith(("AWS_", "AIRFLOW_")):
            monkeypatch.delenv(name)
    return tmp_path


@given(
    st.lists(st.sampled_from(["--deployment", "latin.yaml", "folder", "a" * 300]), max_size=2),
    st.sampled_from(["validate", "plan", "show", "schema", "verify", "restore"]),
    st.lists(WORDS | st.text(alphabet=st.characters(exclude_characters="\0"), max_size=8), max_size=6),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_done_or_refused(folder: Path, before: list[str], command: str, after: list[str]) -> None:
    try:
        code = main([*before, command, *after])
    except SystemExit as ended:
        code = ended.code  # type: ignore[assignment]
    assert code in (OK, REFUSED, USAGE)

"""What a log says of the end of the process that wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.runtime.ray.last_words import LAST_LINES, LastWords, tails, words_in


@pytest.mark.parametrize(
    ("line", "signal"),
    [
        ("Fatal Python error: Segmentation fault", "SIGSEGV"),
        ("*** SIGABRT received at time=1 on cpu 0 ***", "SIGABRT"),
        ("Fatal Python error: Bus error", "SIGBUS"),
        ("Fatal Python error: Illegal instruction", "SIGILL"),
        ("done", ""),
    ],
)
def test_the_signal_is_that_which_the_log_names(line: str, signal: str) -> None:
    assert words_in(["beginning", line, "at last"]) == LastWords(signal, f"beginning\n{line}\nat last")


def test_of_several_signals_the_first_is_why() -> None:
    assert words_in(["Fatal Python error: Segmentation fault", "*** SIGABRT received"]).signal == "SIGSEGV"


def test_of_a_crash_python_has_seen_the_dying_thread_is_told_and_what_was_said_before() -> None:
    idle = ["Thread 0x1 (most recent call first):", "  <no Python frame>"] * 20
    crash = ['  File "a.py", line 1 in string_at', '  File "b.py", line 2 in process']
    log = ["loading", "drawing", "*** SIGSEGV received at time=1 on cpu 1 ***", "PC: @ 0x7f (unknown)"]
    fatal = "Fatal Python error: Segmentation fault"
    words = words_in([*log, fatal, *idle, "Current thread 0x2 (most recent call first):", *crash, *idle])
    assert words.signal == "SIGSEGV"
    assert words.lines.splitlines() == [
        "loading",
        "drawing",
        fatal,
        "Current thread 0x2 (most recent call first):",
        *crash,
    ]


def test_of_a_long_log_the_last_lines_are_read_and_of_one_that_is_gone_none(tmp_path: Path) -> None:
    out, err = tmp_path / "worker.out", tmp_path / "worker.err"
    out.write_text("shown\n\n")
    err.write_bytes(b"".join(b"line %d\n" % number for number in range(100_000)) + b"\xff\n")
    found = tails((str(out), str(tmp_path / "gone"), str(err)))
    assert found[0] == "shown"
    assert found[-2:] == ["line 99999", "\N{REPLACEMENT CHARACTER}"]
    assert len(found) == 301
    assert words_in(found).lines.splitlines()[-1] == "\N{REPLACEMENT CHARACTER}"
    assert len(words_in(found).lines.splitlines()) == LAST_LINES

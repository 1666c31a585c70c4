"""Locks that the kernel keeps: between processes, given back when one dies, and never of a file that is gone."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from include.contract.parsing import json_in
from include.runtime.models import file_locks
from include.runtime.models.file_locks import held, myself, shared, surely_alone
from tests.include.runtime.models import holding


class Waits(Exception):
    """Who had it."""


def refuse(owner: str) -> None:
    raise Waits(owner)


@contextmanager
def another(how: str, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, which has the lock."""
    command = [sys.executable, "-m", holding.__name__, how, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"has it\n"
        yield process
        process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "lock"


def test_many_share_a_lock_and_nobody_has_it_alone_meanwhile(path: Path) -> None:
    mine = shared(path)
    assert mine is not None
    with another("shared", path):
        os.close(mine)
        with surely_alone(path) as is_alone:
            assert not is_alone
    with surely_alone(path) as is_alone:
        assert is_alone
        assert shared(path) is None


def test_who_waits_is_told_for_which_process_of_which_host(path: Path) -> None:
    with another("alone", path) as owner:
        with pytest.raises(Waits, match=f"^process {owner.pid} of {socket.gethostname()}$"), held(path, refuse):
            pass
        assert shared(path) is None


def test_the_lock_of_a_process_that_was_killed_is_taken_over(path: Path) -> None:
    told: list[str] = []
    with another("alone", path) as owner:

        def kill(words: str) -> None:
            told.append(words)
            owner.kill()
            owner.wait()

        with held(path, kill):
            assert json_in(path.read_bytes()) == myself().model_dump()
    assert told == [f"process {owner.pid} of {socket.gethostname()}"]


def test_an_owner_is_named_so_that_no_later_process_of_the_same_number_is_taken_for_it(path: Path) -> None:
    me, after_name = myself(), Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    assert me.process == os.getpid()
    assert me.started == int(after_name[19])
    assert me.boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()


@pytest.mark.parametrize("body", [b"", b"\xff{", b'{"host": 7}'])
def test_an_owner_that_has_not_said_who_it_is_is_waited_for_all_the_same(path: Path, body: bytes) -> None:
    with another("alone", path):
        path.write_bytes(body)
        with pytest.raises(Waits, match="^another process$"), held(path, refuse):
            pass


def test_a_child_process_keeps_no_lock_of_its_parent(path: Path) -> None:
    program = [sys.executable, "-c", "print('here', flush=True); input()"]
    with held(path, refuse):
        child = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False)
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n"
    with child:
        with surely_alone(path) as is_alone:
            assert is_alone
        child.kill()


def test_the_lock_of_a_file_that_was_removed_keeps_nobody_out(path: Path) -> None:
    with held(path, refuse):
        path.unlink()
        with held(path, refuse):
            assert path.exists()


def test_a_file_that_is_removed_before_it_is_locked_is_not_what_is_locked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, removed = fcntl.flock, list[int]()

    def late(handle: int, kind: int) -> None:
        if not removed:
            removed.append(os.fstat(handle).st_ino)
            shutil.rmtree(path.parent)
        lock(handle, kind)

    monkeypatch.setattr(fcntl, "flock", late)
    mine = shared(path)
    assert mine is not None
    assert os.fstat(mine).st_ino == path.stat().st_ino
    monkeypatch.undo()
    with surely_alone(path) as is_alone:
        assert not is_alone
    os.close(mine)


def test_a_folder_that_is_removed_before_the_file_is_opened_is_made_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = Path.mkdir, list[Path]()

    def undone(folder: Path, *arguments: object, **named: object) -> None:
        make(folder, *arguments, **named)  # type: ignore[arg-type]
        made.append(folder)
        if len(made) == 1:
            folder.rmdir()

    monkeypatch.setattr(Path, "mkdir", undone)
    with held(path, refuse):
        assert path.exists()
    assert len(made) > 1


@pytest.mark.parametrize("code", sorted(file_locks._CARRIES_NONE))
def test_where_no_locks_are_carried_nobody_waits_and_nobody_is_surely_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def none(handle: int, kind: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", none)
    mine = shared(path)
    assert mine is not None
    with held(path, refuse), surely_alone(path) as is_alone:
        assert not is_alone
    os.close(mine)


def test_a_disk_that_fails_is_not_taken_for_one_without_locks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int, kind: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", broken)
    with pytest.raises(OSError, match=r"Input/output error"):
        shared(path)


def test_locks_leave_nothing_open(path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with another("alone", path):
        assert shared(path) is None
        with pytest.raises(Waits), held(path, refuse):
            pass
        with surely_alone(path) as is_alone:
            assert not is_alone
    with held(path, refuse):
        pass
    assert len(os.listdir("/proc/self/fd")) == before

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.local import database, processes
from deploy.local.component import Component, ServiceEnded
from deploy.local.credentials import Credentials, credentials_of
from deploy.local.database import Database, DatabaseBroken
from deploy.local.installation import Installation
from deploy.local.ports import DATABASE_PORT, LOOPBACK, choose_ports
from tests.cluster.database import RunningDatabase

of_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who alone has the database run by another user")


@pytest.fixture
def home(installation: Installation) -> Iterator[Installation]:
    """An installation whose database is removed afterwards, wherever its data lie."""
    yield installation
    database.remove(installation)


@contextmanager
def running(installation: Installation) -> Iterator[RunningDatabase]:
    found = RunningDatabase.start(installation, choose_ports(installation))
    try:
        yield found
    finally:
        found.process.send_signal(signal.SIGINT)
        found.process.wait(30)


def test_it_takes_its_own_password_on_loopback_alone_and_no_other(home: Installation) -> None:
    with running(home) as postgres:
        with pytest.raises(DatabaseBroken, match="has another password"):
            database.answers(Credentials(), postgres.ports)
        processes_of_it = processes.tree(postgres.process.pid)
        listening = [c for each in processes_of_it for c in each.net_connections("all") if c.status == "LISTEN"]
        assert {(c.laddr.ip, c.laddr.port) for c in listening} == {(LOOPBACK, postgres.ports[DATABASE_PORT])}
        assert not [c for each in processes_of_it for c in each.net_connections("unix") if c.laddr]
        assert not [path for path in home.state.rglob("password*")]
        secret = postgres.credentials.database_password
        assert not [each for each in processes_of_it if secret in " ".join(each.cmdline())]


def test_what_was_written_is_there_after_a_kill_whose_children_live_on(home: Installation) -> None:
    with running(home) as postgres:
        postgres.rows("select lo_from_bytea(4711, 'film')")
        own, ports = postgres.own, postgres.ports
        below = psutil.Process(postgres.process.pid).children()
        child = next(each for each in below if "checkpointer" in str(each.cmdline()))
        child.suspend()
        postgres.process.kill()
        postgres.process.wait()
        assert child.is_running()
    alone = replace(own.service(credentials_of(home), ports), clear_away=lambda: None)
    with pytest.raises(ServiceEnded, match="still in use"):
        _kept_until_given_up(Component(alone, home))
    with running(home) as again:
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
        assert again.rows("select convert_from(lo_get(4711), 'UTF8')") == ["film"]


def _kept_until_given_up(component: Component) -> None:
    while True:
        component.process.wait(30)
        component.keep()


def test_data_are_made_once_and_anew_when_making_them_was_interrupted(home: Installation) -> None:
    own, credentials = Database.of(home), credentials_of(home)
    (own.folder / "unfinished").mkdir()
    (own.folder / "unfinished" / "PG_VERSION").write_text("1")
    assert own.make(credentials)
    assert not own.make(credentials)
    assert Database.of(home) == own


def test_a_copy_of_an_installation_does_not_touch_the_data_that_are_in_use(home: Installation, tmp_path: Path) -> None:
    own = Database.of(home)
    other = replace(home, home=tmp_path / "copy")
    other.prepare()
    (other.state / "postgres").symlink_to(own.folder)
    with own.alone():  # noqa: SIM117 - only the inner one may be refused
        with pytest.raises(DatabaseBroken, match="in use by another installation"), Database.of(other).alone():
            pass
    with Database.of(other).alone():
        pass


@of_root
def test_root_has_it_run_by_nobody_who_cannot_enter_the_project(home: Installation, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with running(home) as postgres:
        users = set()
        for each in processes.tree(postgres.process.pid):
            with suppress(psutil.NoSuchProcess):
                users.add(each.username())
        assert users == {database.UNPRIVILEGED}
        assert (home.state / "postgres").is_symlink()
        assert postgres.own.folder.stat().st_mode & 0o077 == 0
        folder = postgres.own.folder
    database.remove(home)
    assert not folder.exists()
    assert not (home.state / "postgres").is_symlink()


@of_root
def test_programs_are_readable_by_all_whatever_this_users_mask(
    home: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "FOR_ROOT", tmp_path / "for-root")
    before = os.umask(0o077)
    try:
        own = Database.of(home)
    finally:
        os.umask(before)
    for path in (own.programs / "bin" / "postgres", own.programs / "share" / "postgresql" / "postgres.bki"):
        assert path.stat().st_mode & 0o004
        assert all(each.stat().st_mode & 0o001 for each in path.parents if each.is_relative_to(tmp_path / "for-root"))
    shutil.rmtree(own.folder)


@of_root
def test_root_without_a_place_for_nobodys_data_is_told_what_to_do(
    home: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(database, "FOR_ROOT", tmp_path / "file" / "atelier")
    with pytest.raises(DatabaseBroken, match="refuses to run as root"):
        Database.of(home)

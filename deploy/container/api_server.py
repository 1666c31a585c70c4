"""Start Airflow's API server with the administrator's password from the environment.

Airflow's simple sign-in reads passwords from a file that it also locks and writes. The file is made anew at each start,
so that a password changed in `.env` takes effect with `docker compose up -d`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

USER = "admin"
PASSWORD_ENV = "ATELIER_ADMIN_PASSWORD"
FILE_ENV = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
COMMAND = ("airflow", "api-server")


class SettingMissing(Exception):
    """The service was started without a setting that it needs."""


def write_passwords(environment: Mapping[str, str]) -> None:
    """Write the file that Airflow reads passwords from, for its owner only.

    :raises SettingMissing: the password or the file's name is not in `environment`.
    """
    missing = [name for name in (PASSWORD_ENV, FILE_ENV) if not environment.get(name)]
    if missing:
        raise SettingMissing(f"{' and '.join(missing)} not set; see docker-compose.yaml and deploy/helm/values.yaml")
    path = Path(environment[FILE_ENV])
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({USER: environment[PASSWORD_ENV]}, file)


def main() -> NoReturn:
    """Become the API server, which does not get the password; exit code 1 with the reason if a setting is missing."""
    try:
        write_passwords(os.environ)
    except SettingMissing as error:
        sys.stdout.write(f"{error}\n")
        sys.exit(1)
    kept = {name: value for name, value in os.environ.items() if name != PASSWORD_ENV}
    os.execvpe(COMMAND[0], COMMAND, kept)  # noqa: S606 - a constant command, no shell


if __name__ == "__main__":
    main()

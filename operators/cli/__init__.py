"""`atelier`: what people ask of Atelier on a terminal. `python -m operators.cli --help` lists it.

Here belong: arguments, tables for people, JSON for programs, exit codes. A subcommand is a module with a `COMMAND`,
named in `main.COMMANDS`. What it says is worked out elsewhere, where others can ask for it too.

Never here: Airflow at import; only reaching the store through an Airflow connection loads it.
"""

from __future__ import annotations

"""Atelier on one machine: two environments, an embedded Airflow and S3, a cluster beside it, the Makefile's commands.

Here belong: installing, starting, watching and stopping these parts, running one brief, collecting what it made.
Never here: a second way to do what Airflow, the operators or the runtime do. Results are read through the contract.

`setup.py` and `checks.py` run before anything is installed and use the standard library only.
"""

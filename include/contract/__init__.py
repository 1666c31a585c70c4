"""The contract between Airflow's side and the pod's: the words both use, and what those words promise.

Here belong: identities and fingerprints, the shapes of everything that lies in the store, the store's
layout, stage kinds with their recipes and parameters, content types, deployments, errors and exit codes.
It is computation only, on the standard library, pydantic and a YAML reader.

Never here: a network call, a clock, a thread, Airflow, boto3, torch. Reading a file is left to the caller,
who hands over the text, but for what installed distributions bring (`installed.py`).
"""

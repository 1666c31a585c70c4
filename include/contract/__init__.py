"""The contract between Airflow's side and the stages' side: the words both use, and what those words promise.

Here belong: identities and fingerprints, the shapes of everything that lies in the store, the store's
layout, stage kinds with their recipes and parameters, content types, deployments, errors and exit codes.
It is computation only, on the standard library, pydantic and a YAML reader.

Never here: a network call, Airflow, boto3, torch; nor a clock or a thread, except in `outage.py`. Callers hand over the
text of files. Only `yaml12.text_of`, which reads one for them, and what reads installed distributions open any.
"""

"""`make demo`: runs one brief in a running Airflow, follows it to its end, and copies what it made to out/.

Here belong: requests to Airflow's API, progress on a terminal, and the report. Results are read through the
contract. Never here: starting and stopping servers (`local/`, `compose/`).
"""

"""`make demo`: one brief run in an Airflow that answers, followed to its end, and what it made brought to out/.

Here belong: what is asked of Airflow's API, the progress on a terminal, and the report. Results are read through the
contract. Never here: starting and stopping servers (`local/`, `compose/`).
"""

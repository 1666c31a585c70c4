"""Models of one's own on their way into the store: looked at, refused or described, sent up, named (I6).

Runs beside Airflow with the standard library and the store alone. Never here: loading a model; that is the stage's.
"""

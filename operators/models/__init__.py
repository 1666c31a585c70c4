"""Adding models to the store: their files are read, refused or described, uploaded, and named (I6).

Runs beside Airflow, with the standard library and the store alone. Never here: loading a model, which stages do.
"""

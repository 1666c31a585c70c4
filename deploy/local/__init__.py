"""Airflow, its database and an S3 server on one machine: started when they are used, supervised, stopped.

Here belong: these servers, `make up`, `make down`, and the command line that finds them by itself.
Never here: installing them (`development/`), running a brief (`demo/`), a second way to do what Airflow does.
"""

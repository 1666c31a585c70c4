"""What `docker-compose.yaml` needs beside Airflow: secrets, preparing, signing in, health, and a first film.

`api_server.py`, `health.py` and `initialise.py` run inside the images; `environment.py` and `demo.py` beside them, on
the machine. Here belong: what only the compose file needs. Never here: anything that Airflow does by itself.
"""

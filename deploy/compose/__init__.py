"""What the services of `docker-compose.yaml` do besides running Airflow: preparing, signing in, telling their health.

Here belong: small programs that run inside the images, or that write `.env` beside them. Never here: anything that
another installation needs too, or that Airflow does by itself.
"""

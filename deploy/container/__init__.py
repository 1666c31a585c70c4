"""Small programs that run inside Airflow's images: they prepare the database, set the password, check health.

Here belong: what a service needs around Airflow's own commands, whoever runs the containers. Never here: anything that
Airflow does by itself.
"""

"""What `docker-compose.yaml` needs besides its images: fresh secrets, an S3 server, and a first film.

Here belong: what only the compose file needs, on the machine that runs it. What runs inside Airflow's images is in
`deploy/container/`.
"""

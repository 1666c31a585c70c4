"""What Atelier registers in Airflow's own processes.

Here belong: the importer that gives each wrong content type an import error of its own, the imports that
workers would otherwise repeat for every task, and the Studio's views. Never here: operators, or S3 at load time.
"""

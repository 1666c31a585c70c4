"""Pages of what was made, for people who look at it from Airflow's UI: the plugin's FastAPI application.

Airflow does not authenticate the routes of a plugin: `access` asks it for each request. Only the API server loads this;
Airflow's loader of plugins is kept off it by `plugins/.airflowignore`.
"""

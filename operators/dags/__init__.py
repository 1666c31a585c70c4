"""From a content type to its DAG in Airflow: tasks and their order, schedule, deadline, trigger form, help.

Here belong: what Airflow shows and starts of a content type, and the DAGs that keep house.

Never here: what a task does when it runs, which the other rooms say.
"""

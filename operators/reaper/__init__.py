"""The reaper: ends pods and jobs whose task is gone, and only those.

Here belong: asking Airflow what became of the tasks that they were started for (from inside a task, or over the REST
API), deciding on each, deleting the pod or stopping the job, and saying so. Never here: what is no stage's, or another
Airflow's.

They are ended only on a clear answer. Whatever keeps Airflow from answering, they stay: one that nobody waits for costs
money until its deadline, one that was ended by mistake costs its work.
"""

"""The reaper: removes pods whose task is gone, and only those.

Here belong: asking Airflow what became of the tasks that pods were started for (from inside a task, or over the REST
API), deciding on each pod, deleting it, and saying so. Never here: pods of anything but stages, or of another Airflow.

A pod is deleted only on a clear answer. Whatever keeps Airflow from answering, the pod stays: one that nobody waits for
costs money until its deadline, one that was deleted by mistake costs its work.
"""

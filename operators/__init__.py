"""Airflow in, stages out: operators that hand one stage to an engine, and the assembly of DAGs from content types.

Here belong: reading an upstream task's manifest, building the request of a stage, deciding that nothing has to
run, starting and watching a stage's process, deciding what follows a failure, turning a content type into a DAG.

Never here: the work of a stage, torch, numpy, media. Constructors only assign; whatever needs the network or a
file happens in `execute`, and heavy libraries (boto3) are imported there.
"""

"""Where Atelier runs: everything that starts, connects and stops the parts around it.

Here belong: a checkout made ready (`development`), the embedded Airflow and S3 of one machine (`local`), one brief
run there (`demo`), and what containers and a cluster are told (`container`, `compose`, `helm`, `kubernetes`).
Never here: what a stage computes, what a DAG looks like, anything that the contract defines.
"""

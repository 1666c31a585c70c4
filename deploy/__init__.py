"""Where Atelier runs: everything that starts, wires and stops the parts that it needs around it.

Here belong: a checkout made ready (`development`), the embedded Airflow and S3 of one machine (`local`), one brief
run there (`demo`), and what containers and a cluster are told (`container`, `compose`, `helm`, `kubernetes`).
Never here: what a stage computes, what a DAG looks like, anything that the contract defines.
"""

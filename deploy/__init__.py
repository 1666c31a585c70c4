"""Where Atelier runs: everything that starts, wires and stops the parts that it needs around it.

Here belong: the embedded Airflow and S3 of one machine (`local`), and what a cluster is told.
Never here: what a stage computes, what a DAG looks like, anything that the contract defines.
"""

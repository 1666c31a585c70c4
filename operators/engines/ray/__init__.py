"""The ray engine: one try, one job on a Ray cluster, by the Jobs API.

Here belong: submitting a job and finding it again, waiting for it in a worker or in the triggerer, showing its log from
the store, and what its end means. Never here: what to run, or whether to run it. Nothing here imports Ray.

The manifest decides, whatever Ray says of the job: a head that was replaced may know nothing of it, or tell one that is
lost as running for ever. That a job lives, its progress in the store says.
"""

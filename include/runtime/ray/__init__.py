"""A stage's items made by workers on a Ray cluster, while its driver plans, claims and hands out.

    session.py      the driver's connection to the cluster
    local.py        a cluster of the stage's own, where it has several devices
    node.py         the process that has that one
    making.py       the driver: who makes what, what becomes of it, and of those who make it
    crew.py         workers: had, lost, ended
    batches.py      what is to be made, and what is in hand
    worker.py       an actor with one model on one device, or on a share of one
    losses.py       what each of Ray's errors means
    draining.py     nodes that are about to go
    lines.py        what a worker logs, on its way to the driver
    last_words.py   what a worker that died wrote last
    memory.py       a worker that takes too much says so before it is killed for it

The driver never touches an item's bytes. Records, manifests and claims come out as from any engine.
"""

"""A stage's items made by workers on a Ray cluster, while its driver plans, claims and hands out.

    session.py      the driver's connection to the cluster
    local.py        a cluster of the stage's own, where it has several devices
    node.py         the process that has that one
    making.py       the driver: who makes what, and what comes of it
    crew.py         workers that a driver has: lent, lost, given back
    salvage.py      what lost workers had in hand, made elsewhere unless they died of it
    lending.py      what a driver tells the dispatcher, beside its loop
    namespace.py    what tells the actors of one store and one version of the code from all others
    dispatcher.py   the one actor that lends workers to jobs
    roster.py       what it knows of each pool
    pools.py        how many workers there are to be, who gets them, and which go: rules, without Ray
    hands.py        workers made, asked how they are, and ended
    metrics.py      what pools tell each node's Prometheus endpoint
    batches.py      what is to be made, and what is in hand
    outcomes.py     what became of items
    worker.py       an actor with one model on one device, or on a share of one
    jobs.py         what it has in hand for each job that it is lent to
    telling.py      what it tells its driver
    losses.py       what each of Ray's errors means
    draining.py     nodes that are about to go
    lines.py        what a worker logs, on its way to the driver
    last_words.py   what a worker that died wrote last
    memory.py       a worker that takes too much says so before it is killed for it

The driver never touches an item's bytes. Records, manifests and claims come out as from any engine.
"""

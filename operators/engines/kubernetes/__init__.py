"""The kubernetes engine: one request, one pod.

Here belong: what a stage's pod looks like, finding it again, waiting for it in a worker or in the triggerer, showing
its log, and what its end means. Never here: what to run, whether to run it, or what follows a failure.

A pod is identified by its task, not by its try: a worker that takes over from a lost one finds the running pod, and
never starts a second. The result lies in the store; the termination message is the only other channel.
"""

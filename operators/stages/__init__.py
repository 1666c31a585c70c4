"""One stage as one task: its request, reuse of what exists, its manifest, its shards and their merge.

Here belong: the operators of all stage kinds, and what a stage's task keeps, learns and reports.

Never here: how a process is started (`engines/`), which briefs a run has (`briefs/`), what follows a failure
(`operators/retry.py`), or what other tasks do.
"""

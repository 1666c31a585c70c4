"""People's say in a run: one task lists what there is to look at, one mapped task asks, one collects the answers.

An answer is kept in the store, and another take started, as soon as it is given: nobody waits for the other answers.
What is shown is made here, of manifests and blobs; what a decision does to a piece is the publish stage's.
"""

"""Reviews: one task lists what there is to review, one mapped task asks people, one collects their answers.

An answer is stored, and another take started, as soon as it is given: nobody waits for the other answers.
What people see is made here, from manifests and blobs; the publish stage acts on the decisions.
"""

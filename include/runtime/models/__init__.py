"""Models on this machine: where their files are, and whether they are the registered ones.

Never here: what a model is used for, which is up to its stage.
"""

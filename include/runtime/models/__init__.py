"""Models on this machine: where their files lie, and that they are the registered ones.

Never here: what a model is used for; that is its stage's business.
"""

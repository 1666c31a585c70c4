"""What is measured against what, one file each; `make bench` runs them all and prints tables.

Figures depend on the machine and on what else it does, so nothing in here passes or fails.
"""

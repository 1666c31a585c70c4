"""Preparing and checking a checkout: its environments, the Debian packages that they need, its images, every check.

Never here: starting what was installed. `setup.py`, `checks.py` and `images.py` run before anything is installed and
use the standard library only.
"""

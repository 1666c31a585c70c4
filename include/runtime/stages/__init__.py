"""The recipes, one file each, read top to bottom: what goes in, what is made, how it is checked.

Never here: S3, requests, records, other stages.
"""

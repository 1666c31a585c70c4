"""The cluster beside this machine, made ready for stage pods with the files that lie here.

Never here: what runs on this machine (`local/`), how a pod is asked for (`operators/engines/`).
"""

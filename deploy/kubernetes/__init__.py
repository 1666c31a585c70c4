"""Preparing a cluster for stage pods, with the files in this folder.

Never here: what runs on this machine (`local/`), how a pod is requested (`operators/engines/`).
"""

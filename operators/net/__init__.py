"""The network beyond this installation: requests to addresses that people name, made safely, and webhooks.

Never here: the store and the cluster, which the deployment names.
"""

"""The network beyond this installation: addresses that people name, asked without being led astray, and webhooks.

Never here: the store and the cluster, which the deployment names.
"""

"""The stages' side, in a pod or a process: reads one request, makes its items, writes records and the manifest.

Here belong the runner, the stages, and the models and machinery behind them. S3 is reached through `include.store`.
Never here: Airflow, Kubernetes, prices, schedules; nothing in here knows what started it.
"""

"""What runs in the pod: reads one request, makes its items, writes records and the manifest.

Here belong the runner, the pod's only S3 code (`store`), the stages, and the models behind them.
Never here: Airflow, Kubernetes, prices, schedules; nothing in here knows what started it.
"""

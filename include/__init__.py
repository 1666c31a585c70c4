"""What both sides share (`include.contract`) and what runs in the pod (`include.runtime`).

Nothing under `include/` ever imports Airflow.
"""

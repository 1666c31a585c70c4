"""The Airflow DAG that keeps house, where the deployment's engine needs one."""

from __future__ import annotations

from operators.configuration import deployment_here
from operators.maintenance import maintenance_dag

atelier_maintenance = maintenance_dag(deployment_here())

"""The Airflow DAGs that keep house: one in every deployment, and one where its engine needs it."""

from __future__ import annotations

from operators.configuration import deployment_here
from operators.dags.maintenance import maintenance_dag, verification_dag

_deployment = deployment_here()
atelier_maintenance = maintenance_dag(_deployment)
atelier_verification = verification_dag(_deployment)

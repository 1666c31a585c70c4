# Airflow's two images, built from the project's root by `make images`:
#
#   airflow  every service of Airflow: DAGs, operators, plugins and the contract; nothing that stages run on
#   worker   the stage image with Airflow beside it, for the process engine: tasks and stages in one container
ARG BASE_IMAGE=python:3.11-slim-bookworm
ARG STAGE_IMAGE=atelier-stage:local

FROM ${BASE_IMAGE} AS environment
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
COPY requirements.txt /locks/
RUN python -m venv --without-pip /opt/airflow \
    && pip --python /opt/airflow/bin/python install -q --require-hashes --no-deps -r /locks/requirements.txt

FROM ${BASE_IMAGE} AS code
COPY atelier /srv/atelier/atelier
COPY dags /srv/atelier/dags
COPY operators /srv/atelier/operators
COPY plugins /srv/atelier/plugins
COPY include /srv/atelier/include
COPY deploy /srv/atelier/deploy
# The files of an image never change, so that nothing has to compare their times at every start.
RUN python -m compileall -q --invalidation-mode unchecked-hash /srv/atelier

FROM ${BASE_IMAGE} AS base
RUN groupadd --gid 10001 atelier \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/airflow --shell /usr/sbin/nologin atelier

FROM base AS airflow
RUN install -d -o 10001 -g 10001 /var/lib/airflow /var/log/airflow
COPY --from=environment /opt/airflow /opt/airflow
COPY --from=code /srv/atelier /srv/atelier
ENV PATH=/opt/airflow/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PYTHONPATH=/srv/atelier \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/var/lib/airflow \
    AIRFLOW_HOME=/var/lib/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/srv/atelier/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/srv/atelier/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__CORE__LAZY_LOAD_PLUGINS=False \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/airflow \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
WORKDIR /srv/atelier
USER 10001:10001
CMD ["airflow", "version"]

FROM ${STAGE_IMAGE} AS worker
USER root
RUN install -d -o 10001 -g 10001 /var/lib/airflow /var/log/airflow
COPY --from=environment /opt/airflow /opt/airflow
COPY --from=code /srv/atelier /srv/atelier
ENV PATH=/opt/airflow/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/var/lib/airflow \
    TMPDIR=/tmp \
    AIRFLOW_HOME=/var/lib/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/srv/atelier/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/srv/atelier/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__CORE__LAZY_LOAD_PLUGINS=False \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/airflow \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
USER 10001:10001
CMD ["airflow", "version"]

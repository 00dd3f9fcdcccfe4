# What works beside the services: it provisions, sends the samples, sinks mail, and looks after all.
# It holds shared/ and deploy/, and no service: `docker build -f deploy/operations.Dockerfile .`
ARG PYTHON=3.12-slim

FROM python:${PYTHON} AS packages
COPY requirements/operations.txt /packages.txt
# docopt comes as source only, and only a command needs it that nobody gives here: left out, so that
# nothing is built, with tools that no hash names.
RUN awk '/^docopt==/ {skip = 1} !skip {print} !/\\$/ {skip = 0}' /packages.txt > /wheels.txt \
 && python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
      --no-deps --require-hashes --only-binary :all: -r /wheels.txt \
 && find /venv -type d \( -name tests -o -name test \) -prune -exec rm -rf {} +
COPY shared /vigil/shared
COPY deploy /vigil/deploy
RUN /venv/bin/python -m compileall -q /vigil

FROM python:${PYTHON}
COPY --from=packages /venv /venv
ARG VERSION=0.1.0
ARG COMMIT=
LABEL org.opencontainers.image.title="vigil-operations" \
      org.opencontainers.image.description="Vigil: what works beside the services" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
COPY --from=packages /vigil /vigil
RUN install -d -o 10001 -g 10001 -m 700 /state
WORKDIR /vigil
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VIGIL_VERSION=${VERSION} \
    VIGIL_COMMIT=${COMMIT} \
    VIGIL_HTTP_HOST=0.0.0.0 \
    VIGIL_HTTP_PORT=8080 \
    VIGIL_SECRETS_DIR=/run/secrets \
    VIGIL_STATE_DIR=/state
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m"]
CMD ["deploy.samples", "--help"]

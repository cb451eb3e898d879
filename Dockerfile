ARG BASE=public.ecr.aws/lambda/python:3.12

# Runs on the machine that builds, whatever it is built for: nothing is emulated.
FROM --platform=$BUILDPLATFORM ${BASE} AS packages
ARG TARGETARCH
WORKDIR /build
COPY function/requirements.txt ./
# Wheels of the target's platform, newest C library first; the Python version is that of this stage, as below.
RUN --mount=type=cache,target=/root/.cache/pip \
    case "$TARGETARCH" in arm64) machine=aarch64 ;; amd64) machine=x86_64 ;; *) exit 64 ;; esac \
    && mkdir -p /packages \
    && python3 -m pip install --disable-pip-version-check --root-user-action=ignore --no-compile \
       --target /packages --only-binary=:all: \
       --platform "manylinux_2_34_$machine" --platform "manylinux_2_28_$machine" --platform "manylinux2014_$machine" \
       --requirement requirements.txt \
    && python3 -m compileall -q --invalidation-mode unchecked-hash /packages

# Compiled here, because Lambda's file system is read-only: every cold start would compile it anew.
FROM packages AS code
COPY function/ /code/
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /code

FROM ${BASE}
COPY --from=packages /packages/ ${LAMBDA_TASK_ROOT}/
COPY --from=code /code/ ${LAMBDA_TASK_ROOT}/
CMD ["lambda_function.handler"]

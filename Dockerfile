# The review app as a service: docs/deployment.md. Packages are installed in the first stage; the second takes them over
# and has no compiler. Python is the one that packages are pinned with.
FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt ./
RUN /venv/bin/pip install --no-cache-dir --requirement requirements.txt
COPY pyproject.toml setup.py MANIFEST.in README.md LICENSE ./
COPY prompts prompts
COPY synth_core synth_core
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 synth
COPY --from=build /venv /venv
WORKDIR /app
COPY .streamlit/config.toml .streamlit/config.toml
COPY app.py ./
COPY pages pages
COPY ui ui
COPY examples examples
# No process writes bytecode, so that each would compile it anew; what pip installs is compiled already.
RUN /venv/bin/python -m compileall -q ui
# Locks and working files; projects and runs are in SYNTH_STORE.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SYNTH_HOME=/tmp/synth \
    PORT=8080
USER synth
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-m", "ui.health"]
CMD ["python", "-m", "ui.serve"]

# The site as an image: packages are built in one stage, the other has what runs and an account without rights.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /venv
COPY requirements.txt pyproject.toml hatch_build.py README.md ./
COPY scripts scripts
COPY base base
COPY access access
COPY activity activity
COPY search search
COPY members members
COPY groups groups
COPY challenges challenges
COPY news news
COPY site site
RUN grep -v '^-e' requirements.txt > /tmp/pinned.txt \
    && /venv/bin/pip install --constraint /tmp/pinned.txt '.[site]'
# Collecting static files needs settings that are complete, not ones that lead anywhere.
RUN SECRET_KEY=build ALLOWED_HOSTS=localhost DATABASE_URL=sqlite:////tmp/build.sqlite3 EMAIL_URL=dummymail:// \
    HANSE_BASE_URL=http://localhost HANSE_STATIC_ROOT=/static HANSE_VAR_DIR=/tmp/var \
    DJANGO_SETTINGS_MODULE=hanse_site.settings.production /venv/bin/django-admin collectstatic --no-input --verbosity 0

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/hanse --create-home hanse
COPY --from=build /venv /venv
COPY --from=build /static /static
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=hanse_site.settings.production \
    HANSE_STATIC_ROOT=/static \
    HANSE_VAR_DIR=/var/lib/hanse
USER hanse
WORKDIR /var/lib/hanse
VOLUME /var/lib/hanse
EXPOSE 8000
CMD ["uvicorn", "hanse_site.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--log-level", "warning", \
    "--lifespan", "off"]

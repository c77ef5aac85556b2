FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.lock .
COPY bin/environment bin/make-environment bin/notifcenter bin/
RUN bin/environment requirements.lock
COPY manage.py .
COPY notifcenter notifcenter
COPY accounts accounts
COPY channels_app channels_app
COPY templates templates
COPY static static
COPY locale locale
RUN .venv/bin/python -m compileall -q notifcenter accounts channels_app \
    && useradd --uid 1000 notifcenter && mkdir --mode 700 /data && chown notifcenter /data
USER notifcenter
ENV DATA_DIR=/data HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
CMD ["bin/notifcenter", "up"]

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir -r requirements.lock
COPY . .
RUN useradd --uid 1000 notifcenter && mkdir /data && chown notifcenter /data
USER notifcenter
ENV DATA_DIR=/data
VOLUME /data
CMD ["python", "manage.py", "up"]

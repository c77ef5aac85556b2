"""Celery's worker and beat as threads of the one process; the server starts and stops them."""

import asyncio
import threading

from celery.beat import Service
from celery.worker import WorkController
from celery.worker import state as worker_state

from channels_app.queue import leases
from notifcenter.config.celery import app

THREADS = 6
STOP_SECONDS = 3


class Workers:
    """A worker with a pool of threads, and the scheduler."""

    async def start(self) -> None:
        """Start both, each in a thread."""
        worker_state.should_stop = None
        leases.stopping.clear()
        self._worker = WorkController(app=app, pool_cls="threads", concurrency=THREADS, without_gossip=True)
        self._beat = Service(app, scheduler_cls=app.conf.beat_scheduler)
        self._threads = [
            threading.Thread(target=self._worker.start, name="worker", daemon=True),
            threading.Thread(target=self._beat.start, kwargs={"embedded_process": True}, name="beat", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    async def stop(self) -> None:
        """Wait a moment for running tasks; the rest stays due in the database."""
        worker_state.should_stop = 0
        leases.stopping.set()
        self._beat.stop()
        for thread in self._threads:
            await asyncio.to_thread(thread.join, STOP_SECONDS / len(self._threads))
        await asyncio.to_thread(leases.finish, 1)

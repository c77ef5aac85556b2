"""Alive and ready: what a load balancer and an orchestrator are told."""

import time

import httpx
import psycopg
import pytest

from tests.processes import PATIENCE, wait_until
from tests.production import start_production
from tests.servers import Postgres, Redis, postgres_binaries

PROBE = "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'notifcenter_writeprobe'"


@pytest.fixture(scope="module")
def apart(folders, postgres, redis_server):
    """The product on servers of its own, so that each can be away."""
    database, bus = Postgres(folders("postgres"), postgres_binaries()), Redis(folders("redis"), redis_server.binary)
    hosts = {"ALLOWED_HOSTS": "notices.example.com"}
    product = start_production(folders("product"), database.migrated_database("health"), bus.url, **hosts)
    product.database, product.bus = database, bus
    yield product
    product.kill()
    bus.stop()
    database.stop()


@pytest.fixture(params=["web", "live"])
def server(apart, request):
    """The address of each server that is asked."""
    return apart.base_url if request.param == "web" else apart.live_url.replace("ws://", "http://").split("/ws/")[0]


def ask(server, path="/readyz"):
    return httpx.get(server + path, timeout=PATIENCE)


def report(server):
    answer = ask(server)
    return answer.status_code, answer.json()


def until_told(server, status, body):
    wait_until(lambda: report(server) == (status, body), 120, f"{status} {body}")


def test_a_probe_is_answered_whatever_allowed_hosts_says(server):
    assert (ask(server, "/healthz").status_code, ask(server, "/healthz").json()) == (200, {"status": "ok"})
    until_told(server, 200, {"status": "ok"})


def test_broker_and_bus_that_are_away_are_named_and_the_process_stays_ready(apart, server):
    until_told(server, 200, {"status": "ok"})
    apart.bus.stop()
    try:
        until_told(server, 200, {"status": "ok", "degraded": ["broker", "live"]})
    finally:
        apart.bus.start()
    until_told(server, 200, {"status": "ok"})


def test_a_database_that_takes_no_write_makes_it_unready(apart, server):
    """It answers questions all the same: a standby, or a full disk."""
    name = apart.env["DATABASE_URL"].rpartition("/")[2]
    with psycopg.connect(apart.env["DATABASE_URL"], autocommit=True) as connection:
        try:
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            cut_off(connection)
            until_told(server, 503, {"status": "unavailable", "unavailable": ["database"]})
            assert ask(server, "/healthz").status_code == 200
        finally:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
            cut_off(connection)
    until_told(server, 200, {"status": "ok"})


def cut_off(connection):
    connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def test_a_write_is_tried_once_in_five_seconds_at_most(apart, server):
    until_told(server, 200, {"status": "ok"})
    with psycopg.connect(apart.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        before, begun = written(connection), time.monotonic()
        while time.monotonic() < begun + 6:
            assert ask(server).status_code == 200
        wait_until(lambda: written(connection) > before, what="a write that is counted")
        took = time.monotonic() - begun
        assert written(connection) - before <= took / 5 + 1


def written(connection):
    connection.execute("SELECT pg_stat_clear_snapshot()")
    [number] = connection.execute(PROBE).fetchone()
    return number


def test_numbers_are_for_staff_and_for_programs_of_this_machine(product):
    metrics = f"{product.base_url}/metrics"
    assert httpx.get(metrics, timeout=PATIENCE).status_code == 200
    through_proxy = {"X-Forwarded-Proto": "http"}
    assert httpx.get(metrics, headers=through_proxy, timeout=PATIENCE).status_code == 403
    for username, status in (("anna", 403), ("admin", 200)):
        with product.signed_in(username) as page:
            assert page.get("/metrics", headers=through_proxy).status_code == status


def test_the_live_servers_numbers_are_for_this_machine_only(production):
    address = production.live_url.replace("ws://", "http://").split("/ws/")[0] + "/metrics"
    assert b"notifcenter_open_sockets" in httpx.get(address, timeout=PATIENCE).content
    assert httpx.get(address, headers={"X-Forwarded-Proto": "http"}, timeout=PATIENCE).status_code == 404

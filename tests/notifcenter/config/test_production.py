"""compose.yaml cannot run on every machine: the very commands it names run here as processes, behind nginx."""

import json
import signal
import threading
import time
import uuid

import httpx
import psycopg
import pytest

from tests import compose
from tests.fakes.smtp import OK, SmtpServer
from tests.half_sent import half_sent
from tests.processes import PATIENCE, run, wait_until

TRAIL = "trail-of-this-test"


@pytest.fixture(scope="module")
def mail_server():
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def composed(folders, postgres, redis_server, mail_server):
    if not compose.NGINX:
        pytest.skip("nginx is missing")
    running = compose.start_composed(
        folders("composed"), postgres.new_database("composed"), redis_server.url, EMAIL_URL=mail_server.url
    )
    yield running
    running.kill()


@pytest.fixture(scope="module")
def published(composed, mail_server):
    """One notification that went through everything: its id, and the person it went to."""
    person = composed.new_person()
    with composed.live(person) as socket, composed.provider_api() as provider:
        socket.next("hello")
        body = {"kind": "call", "recipients": [person], "text": "Behind nginx"}
        answer = provider.post("notifications/", json=body, headers={"X-Request-ID": TRAIL})
        assert answer.status_code == 201, answer.text
        assert answer.headers["x-request-id"] == TRAIL
        frame = socket.next("notification")
    assert frame["data"]["id"] == answer.json()["id"]
    assert len(mail_server.wait_for(f"{person}@example.com")) == 1
    return answer.json()["id"]


def logged(composed, name):
    """The JSON lines that a service has written whole."""
    whole = [process.output.rpartition("\n")[0] for process in composed.running[name]]
    lines = [line for text in whole for line in text.splitlines()]
    return [json.loads(line) for line in lines if line.startswith("{")]


def metrics(address):
    text = httpx.get(f"http://{address}/metrics", timeout=PATIENCE).text
    samples = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _space, value in samples}


def test_what_is_published_comes_through_nginx_to_the_socket_and_by_mail(published):
    assert published


@pytest.mark.parametrize("service", ["nginx", "web", "worker", "live"])
def test_the_request_id_is_in_the_log_of_every_process_that_handled_it(composed, published, service):
    wait_until(lambda: [e for e in logged(composed, service) if e.get("request_id") == TRAIL], what=service)


def test_logs_are_json_and_hold_no_secret(composed, published):
    text = "".join(process.output for service in composed.running.values() for process in service)
    assert composed.provider_token not in text
    assert composed.management_token not in text
    assert "Behind nginx" not in text
    for name in ("web", "worker", "live"):
        assert all(entry.keys() >= {"time", "level", "logger", "message"} for entry in logged(composed, name))


@pytest.mark.parametrize("before", ["/mail/choice/", "/mail/confirm/", "/accounts/password_reset/"])
def test_no_log_has_the_token_of_a_link_in_a_mail(composed, before):
    httpx.get(f"{composed.base_url}{before}WzEsIm/{uuid.uuid4().hex}/", timeout=PATIENCE)
    wait_until(lambda: [e for e in logged(composed, "nginx") if e.get("path") == before], what="its line")
    assert not [name for name, service in composed.running.items() if any("WzEsIm" in one.output for one in service)]


def test_a_form_in_chunks_is_taken_whole_or_not_at_all(composed):
    with composed.signed_in(composed.new_person()) as page:
        form = f"csrfmiddlewaretoken={page.cookies['csrftoken']}&language=en&timezone=UTC&time=18:00".encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Transfer-Encoding": "chunked"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
        for address in (composed.base_url, f"http://{composed.addresses['web'][0]}"):
            assert b" 302 " not in half_sent(f"{address}/profile/", headers, b"%x\r\n%s\r\n" % (len(form), form))
            assert page.get("/api/v1/preferences/").json()["receive_notifications"] is True
        assert page.post("/profile/", content=iter([form]), headers=headers).status_code == 302


def test_json_in_chunks_is_taken_whole_or_not_at_all(composed):
    person, url = composed.new_person(), f"{composed.base_url}/api/v1/notifications/"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {composed.provider_token}"}
    body = json.dumps({"kind": "call", "recipients": [person], "text": "Whole"}).encode()
    chunked = headers | {"Transfer-Encoding": "chunked"}
    assert b" 201 " not in half_sent(url, chunked, b"%x\r\n%s\r\n" % (len(body), body))
    assert httpx.post(url, content=iter([body]), headers=headers, timeout=PATIENCE).status_code == 201
    assert composed.user_api(person).get("inbox/summary/").json() == {"unread": 1}


def test_the_web_server_tells_the_queue_and_how_long_publishing_takes(composed, published):
    told = [metrics(address) for address in composed.addresses["web"]]
    assert {'notifcenter_queue_due{channel="email"}', 'notifcenter_queue_depth{channel="webhook"}'} <= told[0].keys()
    first, oldest = composed.addresses["web"][0], 'notifcenter_queue_oldest_due_seconds{channel="email"}'
    wait_until(lambda: metrics(first)[oldest] < 60, what="a queue that is taken care of")
    route = 'notifcenter_request_seconds_count{method="POST",route="/api/v1/notifications/"}'
    assert sum(one.get(route, 0) for one in told) >= 1


def test_the_worker_tells_what_it_sent_and_how_soon(composed, published):
    worker = composed.addresses["worker"][0]
    for sample in ('deliveries_total{channel="email",state="sent"}', 'delivery_seconds_count{channel="email"}'):
        wait_until(lambda sample=sample: metrics(worker).get(f"notifcenter_{sample}", 0) >= 1, what=sample)


def test_the_live_server_tells_its_open_sockets(composed, published):
    wait_until(lambda: open_sockets(composed) == 0, what="those of other tests to be gone")
    with composed.live(composed.new_person()) as socket:
        socket.next("hello")
        assert open_sockets(composed) == 1
    wait_until(lambda: open_sockets(composed) == 0, what="it is gone")


def open_sockets(composed):
    return sum(metrics(address)["notifcenter_open_sockets"] for address in composed.addresses["live"])


def test_metrics_are_not_for_the_world(composed):
    with httpx.Client(base_url=composed.base_url, timeout=PATIENCE) as world:
        assert world.get("/metrics").status_code == 404
        assert world.get("/healthz").json() == {"status": "ok"}
        assert world.get("/readyz").json() == {"status": "ok"}


def test_migrating_again_disturbs_nobody_who_publishes(composed):
    person, answers, done = composed.new_person(), [], threading.Event()

    def publish():
        with composed.provider_api() as provider:
            while not done.is_set():
                body = {"kind": "message", "recipients": [person], "text": "x"}
                answers.append(provider.post("notifications/", json=body).status_code)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        compose.migrate(compose.read()["services"], composed.env)
    finally:
        done.set()
        thread.join()
    assert set(answers) == {201}


def test_a_column_that_comes_and_goes_disturbs_nobody_who_publishes(composed):
    """PostgreSQL keeps the plans of what publishing asks, and must make them anew."""
    body = {"kind": "message", "recipients": [composed.new_person()], "text": "As ever"}
    with (
        composed.provider_api() as provider,
        psycopg.connect(composed.env["DATABASE_URL"], autocommit=True) as database,
    ):
        for change in ("ADD COLUMN later integer", "DROP COLUMN later"):
            assert {provider.post("notifications/", json=body).status_code for _ in range(40)} == {201}
            for table in ("notifcenter_delivery", "notifcenter_inbox", "accounts_user", "notifcenter_provider"):
                database.execute(f"ALTER TABLE {table} {change}")
        assert {provider.post("notifications/", json=body).status_code for _ in range(40)} == {201}


# --- the end: one process after the other is told to go; what they have in hand is not lost ---


def test_a_web_server_that_ends_answers_what_it_has_begun(composed):
    """What still stood in the kernel's queue before it may be cut off (502): a repeat with its key does no harm."""
    person = composed.new_person()
    composed.provider_token  # noqa: B018  made while both are there
    answers, done = [], threading.Event()

    def publish():
        with composed.provider_api() as provider:
            while not done.is_set():
                body, key = {"kind": "message", "recipients": [person], "text": "x"}, str(uuid.uuid4())
                for _attempt in range(2):
                    answer = provider.post("notifications/", json=body, headers={"Idempotency-Key": key})
                    if answer.status_code != 502:
                        break
                answers.append(answer.status_code)

    threads = [threading.Thread(target=publish) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(answers) > 20)
    composed.running["web"][0].signal(signal.SIGTERM)
    composed.running["web"][0].wait(PATIENCE)
    seen = len(answers)
    wait_until(lambda: len(answers) > seen + 20)
    done.set()
    for thread in threads:
        thread.join()
    assert set(answers) == {201}
    with composed.user_api(person) as centre:
        assert centre.get("inbox/summary/").json() == {"unread": len(answers)}
    wait_until(lambda: composed.running["web"][0].group_left() == [], what="none of its processes left")


def test_a_live_server_that_ends_closes_its_sockets_and_the_page_misses_nothing(composed):
    person = composed.new_person()
    with composed.live(person) as first, composed.live(person) as second:
        cursors = [socket.next("hello")["cursor"] for socket in (first, second)]
        composed.running["live"][0].signal(signal.SIGTERM)
        composed.running["live"][0].wait(PATIENCE)
        published = composed.publish(person)
    with composed.live(person, cursor=cursors[0]) as again:
        assert again.next("notification")["data"]["id"] == published


def test_a_worker_that_ends_sends_what_it_has_begun_and_hands_back_the_rest(composed, mail_server):
    """Each mail takes a second: 20 are in hand, one or two of them begun."""
    people = [composed.new_person() for _ in range(20)]
    addresses = {f"{person}@example.com" for person in people}
    wait_until(lambda: metrics(composed.addresses["web"][1])['notifcenter_queue_depth{channel="email"}'] == 0, 240)
    mail_server.answer = lambda _envelope: time.sleep(1) or OK
    published = composed.publish(*people)
    wait_until(lambda: received(mail_server, addresses))
    worker = composed.running["worker"][0]
    worker.signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    states = rows(composed, published)
    sent = sum(state == "sent" for state, *_rest in states)
    assert 0 < sent == len(received(mail_server, addresses)) < 20
    left = [row for row in states if row[0] == "pending"]
    assert len(left) == 20 - sent
    assert all((attempts, lease) == (0, None) for _state, attempts, lease, _due in left)
    assert all(due for *_rest, due in left)
    mail_server.answer = OK


def received(mail_server, addresses):
    return [mail for mail in mail_server.received if addresses & set(mail.recipients)]


def rows(composed, published):
    asked = "SELECT state, attempts, leased_until, due_at <= now() FROM notifcenter_delivery"
    with psycopg.connect(composed.env["DATABASE_URL"]) as connection:
        where = " WHERE notification_id = %s AND channel = 'email'"
        return connection.execute(asked + where, [published]).fetchall()


def test_nginx_follows_containers_that_get_new_addresses(composed):
    """Both web servers end and come again elsewhere; nginx learns of it by the name server only."""
    before = dict(composed.names.addresses)
    port = composed.addresses["web"][0].rpartition(":")[2]
    compose.add(composed, compose.read()["services"]["web"], "web", "127.0.1.77", port)
    moved = composed.running["web"].pop()
    try:
        wait_until(lambda: answers("127.0.1.77", port), 120, "the web server at its new address")
        composed.names.addresses["web"] = ["127.0.1.77"]
        wait_until(lambda: seen_by(composed, moved), 60, "a request that came to the new address")
    finally:
        composed.names.addresses["web"] = [host for host in before["web"] if host != "127.0.1.77"]
        composed.addresses["web"].remove(f"127.0.1.77:{port}")
        moved.kill()


def answers(host, port):
    try:
        return httpx.get(f"http://{host}:{port}/healthz", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def seen_by(composed, process):
    trail = uuid.uuid4().hex
    httpx.get(f"{composed.base_url}/healthz", headers={"X-Request-ID": trail}, timeout=PATIENCE)
    return trail in process.output


def test_everything_ends_in_time_with_nothing_left_behind(composed):
    for service in ("beat", "web", "live", "nginx"):
        for process in composed.running[service]:
            if process.running():
                process.signal(signal.SIGTERM)
                process.wait(PATIENCE)
            wait_until(lambda process=process: process.group_left() == [], what=f"nothing left of {service}")


def test_the_nginx_file_is_good(composed):
    done = run([str(compose.NGINX), "-t", "-p", str(composed.data_dir), "-c", str(composed.data_dir / "nginx.conf")])
    assert done.returncode == 0, done.stderr

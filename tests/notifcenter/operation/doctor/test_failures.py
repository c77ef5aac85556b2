"""The doctor names what does not work, and nothing else, in both shapes of the product."""

import json

import pytest

from tests.notifcenter.operation.doctor.conftest import NAMES, examine
from tests.processes import free_port


def test_a_sound_installation_has_a_line_for_each_and_no_failure(installation):
    done = examine(installation)
    assert done.output.splitlines() == [f"ok {name}" for name in NAMES]
    assert (done.code, done.errors) == (0, "")


def test_redis_that_is_down_fails_broker_and_live_alone(installation, own_redis):
    assert examine(installation, REDIS_URL=own_redis.url).code == 0
    own_redis.stop()
    done = examine(installation, REDIS_URL=own_redis.url)
    assert done.code == 1
    assert done.names == NAMES
    assert done.failed.keys() == {"broker", "live"}
    assert "start it" in done.failed["broker"]
    assert "REDIS_URL" in done.failed["live"]


def test_redis_that_takes_nothing_fails_the_broker(installation, own_redis):
    own_redis.client.config_set("maxmemory", "1")
    done = examine(installation, REDIS_URL=own_redis.url)
    assert done.failed.keys() == {"broker"}
    assert "memory" in done.failed["broker"]


def test_it_leaves_nothing_in_redis(installation, own_redis):
    assert examine(installation, REDIS_URL=own_redis.url).code == 0
    assert own_redis.client.keys() == []


def test_a_broker_of_its_own_is_tried_instead_of_redis(installation):
    done = examine(installation, CELERY_BROKER_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert done.failed.keys() == {"broker"}
    assert "CELERY_BROKER_URL" in done.failed["broker"]


def test_the_mail_servers_log_in_is_tried_without_a_mail(installation, locked_mail_server):
    assert examine(installation, EMAIL_URL=f"smtp://user:right@{locked_mail_server}").code == 0
    done = examine(installation, EMAIL_URL=f"smtp://user:secret-word@{locked_mail_server}")
    assert done.code == 1
    assert done.failed.keys() == {"mail"}
    assert "535" in done.failed["mail"]
    assert "EMAIL_URL" in done.failed["mail"]
    assert "secret-word" not in done.output + done.errors


def test_no_mail_leaves(installation, smtp):
    assert examine(installation, EMAIL_URL=smtp.url).code == 0
    assert smtp.attempts == 0


def test_a_mail_server_that_is_down_fails_mail(installation):
    done = examine(installation, EMAIL_URL=f"smtp://127.0.0.1:{free_port()}")
    assert done.failed.keys() == {"mail"}
    assert "EMAIL_URL" in done.failed["mail"]


def test_a_push_key_that_does_not_sign_fails_push(installation):
    done = examine(installation, VAPID_PRIVATE_KEY="A" * 43)
    assert done.code == 1
    assert done.failed.keys() == {"push"}
    assert "VAPID_PRIVATE_KEY" in done.failed["push"]


def test_an_account_of_fcm_that_is_none_fails_push(installation, tmp_path):
    account = tmp_path / "account.json"
    account.write_text(json.dumps({"project_id": "x"}))
    done = examine(installation, FCM_CREDENTIALS=str(account))
    assert done.failed.keys() == {"push"}
    assert "FCM_CREDENTIALS" in done.failed["push"]


@pytest.mark.parametrize("wrong", ["down", "elsewhere", "host"])
def test_a_public_url_that_does_not_lead_to_the_product_fails_address(installation, wrong):
    changes = {
        "down": {"PUBLIC_URL": f"http://127.0.0.1:{free_port()}"},
        "elsewhere": {"PUBLIC_URL": f"{installation.base_url}/nowhere"},
        "host": {"PUBLIC_URL": installation.base_url, "ALLOWED_HOSTS": "example.com"},
    }
    done = examine(installation, **changes[wrong])
    assert done.code == 1
    assert done.failed.keys() == {"address"}
    assert ("ALLOWED_HOSTS" if wrong == "host" else "PUBLIC_URL") in done.failed["address"]

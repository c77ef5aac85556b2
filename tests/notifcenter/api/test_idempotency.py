"""The Idempotency-Key header: a repeated publication is answered as the first time and stores nothing."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.problems import refused

AGE = """
from datetime import timedelta
from django.db.models import F
from notifcenter.models import IdempotencyKey
kept = IdempotencyKey.objects.filter(key="{key}")
assert kept.update(created_at=F("created_at") - timedelta(minutes={minutes})) == 1
"""


@pytest.fixture
def key():
    return {"Idempotency-Key": uuid.uuid4().hex}


def body(person, text="x"):
    return {"kind": "call", "recipients": [person], "text": text}


def unread(api, person):
    with api.user_api(person) as client:
        return client.get("inbox/summary/").json()["unread"]


def test_the_same_key_and_body_are_answered_as_the_first_time(product, provider_api, person, key):
    first = provider_api.post("notifications/", json=body(person), headers=key)
    second = provider_api.post("notifications/", json=body(person), headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()
    assert unread(product, person) == 1


def test_the_same_body_written_with_other_spaces_is_the_same(product, provider_api, person, key):
    headers = key | {"Content-Type": "application/json"}
    tight = f'{{"kind":"call","recipients":["{person}"],"text":"x"}}'
    loose = f'{{ "text": "x", "recipients": ["{person}"], "kind": "call" }}'
    provider_api.post("notifications/", content=tight, headers=headers)
    assert provider_api.post("notifications/", content=loose, headers=headers).status_code == 201
    assert unread(product, person) == 1


def test_the_same_key_with_another_body_is_422(product, provider_api, person, key):
    provider_api.post("notifications/", json=body(person), headers=key)
    refused(provider_api.post("notifications/", json=body(person, "other"), headers=key), 422)
    assert unread(product, person) == 1


def test_a_refused_publication_leaves_its_key_free(product, provider_api, person, key):
    refused(provider_api.post("notifications/", json=body(person, ""), headers=key), 400)
    assert provider_api.post("notifications/", json=body(person), headers=key).status_code == 201
    assert unread(product, person) == 1


def test_keys_belong_to_a_provider(product, provider_api, person, key):
    provider_api.post("notifications/", json=body(person), headers=key)
    with product.provider_api("stranger") as stranger:
        answer = stranger.post("notifications/", json=body(person, "other"), headers=key)
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert unread(product, person) == 2


def test_a_key_of_255_characters_is_taken_and_a_longer_one_refused(provider_api, person):
    longest = {"Idempotency-Key": (uuid.uuid4().hex * 8)[:255]}
    assert provider_api.post("notifications/", json=body(person), headers=longest).status_code == 201
    longer = {"Idempotency-Key": "x" * 256}
    refused(provider_api.post("notifications/", json=body(person), headers=longer), 400)


def test_a_key_is_free_for_another_body_after_24_hours_and_not_before(installation, key):
    person = installation.new_person()
    with installation.provider_api() as api:
        api.post("notifications/", json=body(person), headers=key)
        age(installation, key, 24 * 60 - 5)
        refused(api.post("notifications/", json=body(person, "other"), headers=key), 422)
        age(installation, key, 10)
        answers = [api.post("notifications/", json=body(person, "other"), headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert ["Idempotent-Replayed" in answer.headers for answer in answers] == [False, True]
    assert unread(installation, person) == 2


def age(product, key, minutes):
    product.manage("shell", "-c", AGE.format(key=key["Idempotency-Key"], minutes=minutes))


def test_of_many_at_the_same_time_one_stores_and_all_get_its_answer(installation, key):
    person = installation.new_person()
    token = installation.provider_token

    def publish(_number):
        with installation.client(token) as client:
            return client.post("notifications/", json=body(person), headers=key)

    with ThreadPoolExecutor(12) as callers:
        answers = list(callers.map(publish, range(24)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert unread(installation, person) == 1

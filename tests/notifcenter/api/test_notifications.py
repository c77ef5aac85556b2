"""What a provider is answered when it publishes, and when it asks what became of it."""

import time
import uuid

from tests.problems import refused


def test_a_publication_answers_with_its_id_kind_time_and_number_of_recipients(publish):
    before = int(time.time())
    answer = publish()
    assert answer.status_code == 201
    body = answer.json()
    assert body.keys() == {"id", "kind", "created_at", "recipients"}
    assert uuid.UUID(body["id"])
    assert (body["kind"], body["recipients"]) == ("call", 1)
    assert before <= body["created_at"] <= time.time() + 1


def test_the_provider_reads_its_own_notification_and_where_it_stands(publish, provider_api, person):
    answer = publish().json()
    found = provider_api.get(f"notifications/{answer['id']}/")
    assert found.status_code == 200
    assert found.json()["id"] == answer["id"]
    rows = provider_api.get(f"notifications/{answer['id']}/deliveries/").json()
    assert rows.keys() == {"next", "previous", "results"}
    by_channel = {row["channel"]: row for row in rows["results"]}
    assert {"interface", "email", "mobile", "browser"} <= by_channel.keys()
    assert by_channel["interface"]["state"] == "sent"
    assert by_channel["mobile"]["state"] == "skipped"
    assert by_channel["mobile"]["reason"]


def test_another_providers_notification_is_not_found(publish, product):
    answer = publish().json()
    with product.provider_api("stranger") as stranger:
        refused(stranger.get(f"notifications/{answer['id']}/"), 404)
        refused(stranger.get(f"notifications/{answer['id']}/deliveries/"), 404)
        refused(stranger.get(f"notifications/{uuid.uuid4()}/"), 404)

"""Categories: declared by the manifest, given by publications, shown; and who may publish critical ones."""

import pytest

from tests.problems import refused

BILLS = {"code": "bills", "name": {"ru": "Счета", "en": "Bills"}, "description": "What is to be paid"}
LINES = {"code": "lines", "name": "Lines", "channels": {"email": False}, "required": ["browser"]}


@pytest.fixture(scope="module")
def code(product):
    """A provider with two categories."""
    with product.host_api() as host:
        answer = host.put("providers/sorted/", json={"manifest": {"categories": [BILLS, LINES]}})
    assert answer.status_code == 201, answer.text
    return "sorted"


@pytest.fixture
def publish(product, person, code):
    def send(**fields):
        with product.provider_api(code) as provider:
            body = {"kind": "message", "recipients": [person], "text": "x"} | fields
            return provider.post("notifications/", json=body)

    return send


def test_the_category_of_a_publication_is_shown_to_reader_and_publisher(publish, product, person, code):
    published = publish(category="bills")
    assert published.status_code == 201
    publish()
    with product.user_api(person) as api:
        without, with_one = api.get("inbox/").json()["results"]
    assert with_one["category"] == "bills"
    assert "category" not in without and "priority" not in without
    with product.provider_api(code) as provider:
        assert provider.get(f"notifications/{published.json()['id']}/").json()["category"] == "bills"


def test_an_unknown_category_is_refused_with_what_there_is(publish):
    problem = refused(publish(category="bils"), 400, "/category")
    assert problem["errors"][0]["code"] == "choice"
    assert "'bills'" in problem["errors"][0]["detail"]


def test_a_provider_without_categories_has_none_to_give(provider_api, person):
    body = {"kind": "message", "recipients": [person], "text": "x", "category": "bills"}
    refused(provider_api.post("notifications/", json=body), 400, "/category")


def test_all_mistakes_come_at_once(publish):
    refused(publish(category="nothing", priority="urgent", text=""), 400, "/category", "/priority", "/text")


def test_the_host_reads_the_categories(host_api, code):
    assert host_api.get(f"providers/{code}/").json()["categories"] == [BILLS, LINES]
    listed = host_api.get("providers/?limit=200").json()
    assert listed.keys() == {"next", "previous", "results"}
    found = {one["code"]: one for one in listed["results"]}[code]
    assert found["categories"] == [BILLS, LINES]
    assert (found["critical"], found["webhook"], found["rate_limit"]) == (False, None, None)


@pytest.mark.parametrize(
    ("categories", "pointer"),
    [
        ("bills", "/manifest/categories"),
        ([7], "/manifest/categories/0"),
        ([BILLS, {"name": "x"}], "/manifest/categories/1/code"),
        ([BILLS | {"code": "не код"}], "/manifest/categories/0/code"),
        ([BILLS, BILLS], "/manifest/categories/1/code"),
        ([{"code": "a"}], "/manifest/categories/0/name"),
        ([{"code": "a", "name": {"ru": "а"}}], "/manifest/categories/0/name"),
        ([{"code": "a", "name": {"ru": "а", "en": 7}}], "/manifest/categories/0/name/en"),
        ([BILLS | {"description": 5}], "/manifest/categories/0/description"),
        ([BILLS | {"channels": {"interface": False}}], "/manifest/categories/0/channels/interface"),
        ([BILLS | {"channels": {"emial": False}}], "/manifest/categories/0/channels/emial"),
        ([BILLS | {"channels": {"email": "no"}}], "/manifest/categories/0/channels/email"),
        ([BILLS | {"required": ["letter"]}], "/manifest/categories/0/required/0"),
        ([BILLS | {"colour": "red"}], "/manifest/categories/0/colour"),
    ],
    ids=str,
)
def test_a_manifest_with_a_wrong_category_is_refused(host_api, categories, pointer):
    refused(host_api.put("providers/wrong/", json={"manifest": {"categories": categories}}), 400, pointer)
    assert host_api.get("providers/wrong/").status_code == 404


def test_critical_needs_the_right_to_it(product, person):
    body = {"kind": "error", "recipients": [person], "text": "x", "priority": "critical"}
    with product.provider_api("loud") as provider, product.host_api() as host:
        refused(provider.post("notifications/", json=body), 403, code="not_allowed")
        refused(provider.post("notifications/batch/", json=[body | {"priority": "low"}, body]), 403)
        host.put("providers/loud/", json={"critical": True})
        assert provider.post("notifications/", json=body).status_code == 201
    with product.user_api(person) as api:
        assert api.get("inbox/summary/").json() == {"unread": 1}


def test_nothing_from_a_page_is_critical(user_api, person):
    me = user_api(person)
    answer = me.post("me/notifications/", json={"kind": "error", "text": "x", "priority": "critical"})
    assert answer.status_code == 201
    assert len(answer.json()["warnings"]) == 1
    assert me.get("inbox/").json()["results"][0]["priority"] == "high"

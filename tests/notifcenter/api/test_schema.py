"""The OpenAPI description: valid, complete, and open to everybody."""

import pytest


@pytest.fixture(scope="module")
def schema(product):
    with product.client() as client:
        answer = client.get(f"{product.base_url}/api/schema/", params={"format": "json"})
    assert answer.status_code == 200
    return answer.json()


def test_it_is_generated_without_a_warning(product):
    product.manage("spectacular", "--validate", "--fail-on-warn", "--file", str(product.data_dir / "schema.yml"))


def test_its_paths_are_written_in_full(schema):
    assert schema["openapi"].startswith("3.")
    assert all(path.startswith(("/api/", "/v3/")) for path in schema["paths"])


@pytest.mark.parametrize(
    "call",
    [
        "post /api/v1/notifications/",
        "post /api/v1/notifications/batch/",
        "post /api/v1/popups/",
        "get /api/v1/notifications/{id}/",
        "get /api/v1/notifications/{id}/deliveries/",
        "get /api/v1/inbox/",
        "get /api/v1/inbox/summary/",
        "post /api/v1/inbox/read/",
        "post /api/v1/inbox/unread/",
        "post /api/v1/inbox/done/",
        "post /api/v1/inbox/undone/",
        "post /api/v1/inbox/pin/",
        "post /api/v1/inbox/unpin/",
        "post /api/v1/inbox/snooze/",
        "post /api/v1/inbox/unsnooze/",
        "post /api/v1/inbox/delete/",
        "post /api/v1/inbox/undo/",
        "delete /api/v1/inbox/{id}/",
        "get /api/v1/inbox/{id}/deliveries/",
        "post /api/v1/me/notifications/",
        "get /api/v1/preferences/",
        "patch /api/v1/preferences/",
        "get /api/v1/devices/",
        "post /api/v1/devices/",
        "delete /api/v1/devices/{id}/",
        "get /api/v1/push/key/",
        "get /api/v1/presence/",
        "put /api/v1/users/{username}/",
        "post /api/v1/users/{username}/token/",
        "put /api/v1/providers/{code}/",
        "post /api/v1/providers/{code}/tokens/",
        "delete /api/v1/providers/{code}/tokens/{prefix}/",
        "post /api/v2/events",
        "post /v3/inbox/delete",
    ],
)
def test_every_call_is_described(schema, call):
    method, path = call.split()
    described = {_bare(name): item for name, item in schema["paths"].items()}
    assert _bare(path) in described
    assert method in described[_bare(path)]


def test_everything_but_the_open_addresses_asks_for_a_token(schema):
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                assert operation.get("security", schema.get("security")), f"{method} {path}"


def test_answers_are_described_by_their_fields(schema):
    published = _answer(schema, "/api/v1/notifications/", "post", "201")
    assert {"id", "kind", "created_at", "recipients"} <= published["properties"].keys()


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/", "/healthz", "/readyz", "/metrics"])
def test_it_needs_no_log_in(product, path):
    with product.client() as client:
        assert client.get(product.base_url + path).status_code == 200


def test_the_browsable_documentation_loads_nothing_from_elsewhere(product):
    with product.client() as client:
        page = client.get(f"{product.base_url}/api/docs/").text
    assert "https://" not in page.replace(product.base_url, "")


def _bare(path):
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _answer(schema, path, method, status):
    content = schema["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
    name = content.get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else content

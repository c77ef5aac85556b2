"""What every answer carries, and what other sites' pages may do."""

import gzip
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from tests.people import PASSWORD
from tests.processes import PATIENCE
from tests.product import start_product

PAGES = ["/", "/inbox/", "/profile/", "/admin/", "/accounts/login/", "/none-such/", "/api/docs/", "/api/v1/inbox/"]
OTHER = "https://crm.example.com"
WRONG_HOST = {"Host": "evil.example"}


@pytest.fixture(scope="module")
def admin(product):
    with product.signed_in("admin") as page:
        page.follow_redirects = True
        yield page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_locked_down(admin, path):
    headers = admin.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src" in policy
    assert "unsafe-" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert {"private", "no-store"} <= set(headers["Cache-Control"].split(", "))
    assert "Strict-Transport-Security" not in headers


def test_the_pages_of_people_need_a_log_in(product):
    for path in ("/", "/inbox/", "/profile/", "/admin/"):
        answer = httpx.get(product.base_url + path, timeout=PATIENCE)
        assert answer.status_code == 302
        assert "/login/" in answer.headers["Location"]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_the_csrf_cookie_is_not(product):
    with product.signed_in("anna") as page:
        flags = {cookie.name: cookie.has_nonstandard_attr("HttpOnly") for cookie in page.cookies.jar}
    assert flags == {"sessionid": True, "csrftoken": False}


def test_a_wrong_host_is_refused(product):
    assert httpx.get(product.base_url + "/healthz", headers=WRONG_HOST, timeout=PATIENCE).status_code in (200, 400)
    assert httpx.get(product.base_url + "/accounts/login/", headers=WRONG_HOST, timeout=PATIENCE).status_code == 400


def test_liveness_and_readiness_say_so(product):
    assert httpx.get(product.base_url + "/healthz", timeout=PATIENCE).status_code == 200
    assert httpx.get(product.base_url + "/readyz", timeout=PATIENCE).json() == {"status": "ok"}


def test_the_sdk_is_served_by_its_plain_name_to_any_site(product):
    answer = httpx.get(product.base_url + "/static/notifcenter/sdk.js", timeout=PATIENCE)
    assert answer.status_code == 200
    assert "javascript" in answer.headers["content-type"]


@pytest.fixture(scope="module")
def embedded(folders):

    running = start_product(folders("embedded"), CORS_ALLOWED_ORIGINS=OTHER)
    yield running
    running.stop()


def ask(product, origin):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return httpx.options(f"{product.base_url}/api/v1/inbox/read/", headers=asked, timeout=PATIENCE)


def test_a_listed_site_may_call_with_a_user_token(embedded):
    allowed = ask(embedded, OTHER)
    assert allowed.headers["Access-Control-Allow-Origin"] == OTHER
    assert "authorization" in allowed.headers["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    with embedded.user_api("anna") as api:
        answer = api.get("inbox/summary/", headers={"Origin": OTHER})
    assert answer.headers["Access-Control-Allow-Origin"] == OTHER


def test_any_other_site_may_not(embedded, product):
    assert "Access-Control-Allow-Origin" not in ask(embedded, "https://evil.example").headers
    assert "Access-Control-Allow-Origin" not in ask(product, OTHER).headers


@pytest.fixture(scope="module")
def secure(folders):
    running = start_product(folders("secure"), PUBLIC_URL="https://notices.example.com")
    yield running
    running.stop()


@pytest.mark.parametrize("path", ["/accounts/login/", "/api/v1/inbox/", "/static/notifcenter/sdk.js", "/none-such/"])
def test_with_https_every_answer_has_hsts(secure, path):
    header = httpx.get(secure.base_url + path, timeout=PATIENCE).headers["Strict-Transport-Security"]
    assert int(header.partition("max-age=")[2]) >= 365 * 24 * 3600


def test_with_https_cookies_are_secure_and_the_session_is_of_this_host_alone(secure):
    with httpx.Client(base_url=secure.base_url, timeout=PATIENCE) as client:
        token = client.get("/accounts/login/").cookies["csrftoken"]
        form = {"username": "anna", "password": PASSWORD, "csrfmiddlewaretoken": token}
        headers = {"Cookie": f"csrftoken={token}", "Origin": "https://notices.example.com"}
        answer = client.post("/accounts/login/", data=form, headers=headers)
    assert answer.status_code == 302
    set_cookies = {line.partition("=")[0]: line for line in answer.headers.get_list("Set-Cookie")}
    assert set_cookies.keys() == {"__Host-sessionid", "csrftoken"}
    for line in set_cookies.values():
        assert "; Secure" in line
        assert "; Path=/" in line
        assert "Domain" not in line


def test_static_files_may_be_stored(product):
    assert (
        "max-age"
        in httpx.get(product.base_url + "/static/notifcenter/sdk.js", timeout=PATIENCE).headers["Cache-Control"]
    )


@pytest.mark.parametrize("path", ["notifcenter/shared/api-client.js", "admin/css/base.css"], ids=["packed", "as it is"])
def test_a_file_that_did_not_change_is_not_sent_again_and_the_connection_goes_on(installation, path):
    wire = HTTPConnection(urlsplit(installation.base_url).netloc, timeout=PATIENCE)
    wire.connect()
    wire.auto_open = 0

    def answer(**conditions):
        wire.request("GET", f"/static/{path}", headers={"Accept-Encoding": "gzip"} | conditions)
        answered = wire.getresponse()
        return answered.status, gzip.decompress(answered.read()), answered.headers["ETag"]

    status, content, tag = answer()
    assert (status, bool(content)) == (200, True)
    assert answer(**{"If-None-Match": tag})[:2] == (304, b"")
    assert answer()[:2] == (200, content)
    wire.close()

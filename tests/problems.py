"""What a refusal looks like: RFC 9457."""

from typing import Any

import httpx

CODES = {
    400: {"validation_failed", "malformed_json"},
    401: {"not_authenticated", "token_expired"},
    403: {"wrong_token_kind", "not_allowed"},
    404: {"not_found"},
    405: {"method_not_allowed"},
    409: {"conflict"},
    413: {"too_large"},
    415: {"unsupported_media_type"},
    422: {"key_reused"},
    429: {"rate_limited"},
    503: {"unavailable"},
    507: {"disk_full"},
}
ERROR_CODES = {"required", "unknown", "type", "choice", "too_long", "blank", "not_found", "invalid"}


def refused(answer: httpx.Response, status: int, *pointers: str, code: str = "") -> dict[str, Any]:
    """The problem document, once it is sure to be one of that status whose errors point exactly there."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["code"] in ({code} if code else CODES[status])
    assert problem["type"].endswith(f"/api/problems/{problem['code']}/")
    for error in problem.get("errors", []):
        assert error["code"] in ERROR_CODES
        assert error["detail"]
        assert len(error.keys() & {"pointer", "parameter", "header"}) == 1
    if pointers:
        assert {error["pointer"] for error in problem["errors"]} == set(pointers)
    return problem

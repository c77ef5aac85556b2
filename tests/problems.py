"""What a refusal looks like: RFC 9457."""

from typing import Any

import httpx


def refused(answer: httpx.Response, status: int, *pointers: str) -> dict[str, Any]:
    """The problem document, once it is sure to be one of that status whose errors point exactly there."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == status
    assert problem["detail"]
    if pointers:
        assert {error["pointer"] for error in problem["errors"]} == set(pointers)
        assert all(error["detail"] for error in problem["errors"])
    return problem

"""Which database errors pass by themselves: only those are answered with "try again"."""

import sqlite3

import pytest
from django.db import OperationalError, connection

from notifcenter.api.database_errors import as_unavailable


def failed(code):
    error = OperationalError("x")
    error.__cause__ = sqlite3.OperationalError("x")
    error.__cause__.sqlite_errorname = code
    return error


@pytest.mark.parametrize(("code", "status"), [("SQLITE_BUSY", 503), ("SQLITE_IOERR", 503), ("SQLITE_FULL", 507)])
def test_what_passes_is_told_to_be_tried_again(code, status):
    assert as_unavailable(failed(code)).status_code == status


@pytest.mark.django_db
def test_a_statement_that_would_fail_again_is_our_mistake():
    with pytest.raises(OperationalError) as caught, connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM none_such")
    assert as_unavailable(caught.value) is None

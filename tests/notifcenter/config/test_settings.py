"""Settings: a malformed one ends the start, named with its cure; a name one slip off is warned about."""

import os
import stat

import pytest

from tests.processes import NOTIFCENTER, run

GOOD = {
    "PORT": "8080",
    "HOST": "0.0.0.0",
    "PUBLIC_URL": "https://notices.example.com/",
    "DATABASE_URL": "postgres://user:p%40ss%2Fw%23rd%25@db.example.com:6432/notices?sslmode=require&prepare_threshold=none",
    "REDIS_URL": "rediss://:secret@redis.example.com:6380/1",
    "CELERY_BROKER_URL": "amqp://user:password@rabbit//",
    "EMAIL_URL": "smtp+tls://user:p%40ss@mail.example.com:587",
    "DEFAULT_FROM_EMAIL": "Notices <notices@example.com>",
    "ALLOWED_HOSTS": "notices.example.com, .example.org,[::1],*",
    "CORS_ALLOWED_ORIGINS": "https://crm.example.com,http://localhost:3000",
    "VAPID_SUBJECT": "mailto:me@example.com",
    "PUSH_ALLOW_INSECURE_ENDPOINTS": "true",
    "ENTITY_URLS": '{"contact": "/people/{id}"}',
    "SQLITE_SYNCHRONOUS": "normal",
    "LANGUAGE_CODE": "EN",
    "TIME_ZONE": "Asia/Yekaterinburg",
    "EMAIL_RATE": "2.5",
    "RETENTION_DAYS": "90",
    "FOLD_MINUTES": "0",
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "debug",
    "METRICS_PORT": "9100",
    "SECRET_KEY": "$ecret#key",
}
MALFORMED = {
    "PORT": ["80a", "70000", "²"],
    "HOST": ["http://here"],
    "PUBLIC_URL": ["notices.example.com", "https://", "https://host:port"],
    "DATABASE_URL": [
        "mysql://user@host/name",
        "postgres://user:p/ss@host/name",
        "postgres://user:p#ss@host/name",
        "postgres://host",
        "postgres://host/name?sslmod=require",
        "sqlite://",
    ],
    "REDIS_URL": ["localhost:6379"],
    "CELERY_BROKER_URL": ["rabbit"],
    "EMAIL_URL": ["mialgun://key@", "smtp://host:mail", "smtp://user:p#ss@host"],
    "DEFAULT_FROM_EMAIL": ["Notices"],
    "ALLOWED_HOSTS": ["https://notices.example.com"],
    "CORS_ALLOWED_ORIGINS": ["crm.example.com"],
    "VAPID_PRIVATE_KEY": ["short"],
    "VAPID_SUBJECT": ["me@example.com"],
    "PUSH_ALLOW_INSECURE_ENDPOINTS": ["yse"],
    "FCM_CREDENTIALS": ["/none/such.json"],
    "FCM_API_URL": ["fcm"],
    "ENTITY_URLS": ["{", '{"contact": "/people/"}', '{"contract": "/people/{id}"}'],
    "SQLITE_SYNCHRONOUS": ["OFF", "2"],
    "LANGUAGE_CODE": ["xx"],
    "TIME_ZONE": ["Europe/Moskva"],
    "EMAIL_RATE": ["fast", "nan"],
    "RETENTION_DAYS": ["-1"],
    "FOLD_MINUTES": ["-1", "a day", "1441"],
    "LOG_FORMAT": ["xml"],
    "LOG_LEVEL": ["loud"],
    "METRICS_PORT": ["1e4"],
}
"""What cannot be, by the setting; all of one place are tried in one start."""


def start(tmp_path, **env):
    return run([NOTIFCENTER, "version"], **({"DATA_DIR": str(tmp_path)} | env))


def test_good_settings_are_taken(tmp_path):
    done = start(tmp_path, **GOOD)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("place", range(max(map(len, MALFORMED.values()))))
def test_malformed_settings_end_the_start_each_named_with_its_cure(tmp_path, place):
    given = {name: values[place] for name, values in MALFORMED.items() if place < len(values)}
    done = start(tmp_path, **given)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert sorted(line.partition(" is malformed: write ")[0] for line in lines) == sorted(given)
    assert all(line.partition(" is malformed: write ")[2] for line in lines)


def test_no_value_is_told_since_it_may_be_a_secret(tmp_path):
    done = start(tmp_path, DATABASE_URL="postgres://user:hidden/word@host/name")
    assert done.returncode == 1
    assert "hidden" not in done.stderr


@pytest.mark.parametrize("command", ["up", "web", "live", "worker", "beat"])
def test_every_process_refuses_them(tmp_path, command):
    done = run([NOTIFCENTER, command], DATA_DIR=str(tmp_path), TIME_ZONE="Mars")
    assert done.returncode == 1
    assert done.stderr.startswith("TIME_ZONE is malformed")


def test_an_empty_setting_is_none(tmp_path):
    assert start(tmp_path, PORT="", DATABASE_URL="", TIME_ZONE=" ").returncode == 0


def test_a_name_one_slip_away_from_a_setting_is_warned_about(tmp_path):
    slips = {
        "DATABSE_URL": "DATABASE_URL",
        "PUBLIC_ULR": "PUBLIC_URL",
        "REDIS_URLS": "REDIS_URL",
        "LOG_LEVAL": "LOG_LEVEL",
        "time_zone": "TIME_ZONE",
    }
    done = start(tmp_path, **dict.fromkeys(slips, "x"))
    assert done.returncode == 0
    told = {line.partition("start: ")[2] for line in done.stderr.splitlines()}
    assert told == {f"{given} is no setting; did you mean {meant}?" for given, meant in slips.items()}


def test_other_names_are_nobodys_business(tmp_path):
    done = start(tmp_path, DATABASE="x", PUBLIC="y", URL="z", HOMEPORT="1", MY_REDIS_URL="2")
    assert done.stderr == ""


@pytest.mark.parametrize("bad", ["/proc/none", "/dev/null"])
def test_a_data_dir_that_cannot_be_used_is_told_in_a_line(bad):
    done = run([NOTIFCENTER, "version"], DATA_DIR=bad)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("DATA_DIR cannot be used")


def test_data_dir_and_what_lies_in_it_are_the_owners_alone(start_product):
    product = start_product()
    person = product.new_person()
    product.publish(person)
    product.wait_for_mail(f"{person}@example.com")
    assert modes(product.data_dir) == {"folder": {0o700}, "file": {0o600}}


def test_an_older_data_dir_that_others_can_read_is_closed(tmp_path):
    (tmp_path / "mail").mkdir()
    for file in (tmp_path / "db.sqlite3", tmp_path / "mail" / "1.eml"):
        file.touch(mode=0o644)
        file.chmod(0o644)
    for folder in (tmp_path, tmp_path / "mail"):
        folder.chmod(0o755)
    assert start(tmp_path).returncode == 0
    assert modes(tmp_path) == {"folder": {0o700}, "file": {0o600}}


def modes(data_dir):
    """The modes of all that lies there; what the tests log is theirs."""
    found = {"folder": set(), "file": set()}
    for folder, _names, files in os.walk(data_dir):
        found["folder"].add(stat.S_IMODE(os.stat(folder).st_mode))
        ours = (os.path.join(folder, name) for name in files if not name.endswith(".log"))
        found["file"] |= {stat.S_IMODE(os.stat(path).st_mode) for path in ours}
    return found

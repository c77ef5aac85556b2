"""Group commit: jobs that arrive during a write share the next one, and a faulty job fails alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from notifcenter.publishing.group_commit import GroupCommit
from tests.processes import PATIENCE, wait_until, within


class Writer:
    """Writes jobs; blocks on the jobs ``first`` and ``last`` until released, so that others gather."""

    def __init__(self):
        self.groups, self.go, self.last = [], threading.Event(), threading.Event()
        self.commit = GroupCommit(self.write)

    def write(self, jobs):
        self.groups.append(list(jobs))
        for blocked, released in (("first", self.go), ("last", self.last)):
            assert blocked not in jobs or released.wait(PATIENCE)
        for job in jobs:
            if isinstance(job, Exception):
                raise job

    def together(self, *jobs):
        """Writes these while the first one is being written; gives the error of each."""
        with ThreadPoolExecutor(len(jobs) + 1) as threads:
            first = threads.submit(self.commit, "first")
            wait_until(lambda: self.groups, PATIENCE, "the first one")
            others = [threads.submit(self.commit, job) for job in jobs]
            wait_until(lambda: self.commit.waiting == len(jobs), PATIENCE, "the others")
            self.go.set()
            assert first.exception() is None
            return [other.exception() for other in others]


@pytest.fixture
def writer():
    return Writer()


def test_a_job_alone_is_written_at_once(writer):
    within(1, lambda: [writer.commit("alone") for _ in range(1000)])
    assert all(group == ["alone"] for group in writer.groups)


def test_jobs_that_arrive_during_a_write_share_the_next(writer):
    assert writer.together("a", "b", "c") == [None, None, None]
    assert [sorted(group) for group in writer.groups] == [["first"], ["a", "b", "c"]]


def test_a_group_has_fifty_jobs_at_most(writer):
    assert writer.together(*range(60)) == [None] * 60
    assert [len(group) for group in writer.groups] == [1, 50, 10]


def test_a_written_job_does_not_wait_for_later_ones(writer):
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(writer.commit, "first")
        wait_until(lambda: writer.groups, PATIENCE, "the first one")
        last = threads.submit(writer.commit, "last")
        wait_until(lambda: writer.commit.waiting, PATIENCE, "the last one")
        writer.go.set()
        assert first.exception(PATIENCE) is None
        assert not last.done()
        writer.last.set()
        assert last.exception(PATIENCE) is None


def test_a_faulty_job_fails_alone(writer):
    wrong = ValueError("no such person")
    assert sorted(map(str, writer.together("a", wrong, "c"))) == ["None", "None", "no such person"]
    assert [len(group) for group in writer.groups] == [1, 3, 1, 1, 1]


def test_an_outage_fails_the_whole_group_at_once(writer):
    away = OperationalError("the database is away")
    assert writer.together("a", away, "c") == [away, away, away]
    assert len(writer.groups) == 2


def test_the_next_job_is_written_after_an_outage(writer):
    with pytest.raises(OperationalError):
        writer.commit(OperationalError("away"))
    writer.commit("later")
    assert writer.groups[-1] == ["later"]

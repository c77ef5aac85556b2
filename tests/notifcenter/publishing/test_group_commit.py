"""GroupCommit: what comes while something is being written is written together, and one's mistake is its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from notifcenter.publishing.group_commit import GroupCommit
from tests.processes import PATIENCE, wait_until, within


class Book:
    """Writes jobs down; the first job and the last are held until told to go, so that others gather."""

    def __init__(self):
        self.groups, self.go, self.last = [], threading.Event(), threading.Event()
        self.joined = GroupCommit(self.write)

    def write(self, jobs):
        self.groups.append(list(jobs))
        for held, go in (("first", self.go), ("last", self.last)):
            assert held not in jobs or go.wait(PATIENCE)
        for job in jobs:
            if isinstance(job, Exception):
                raise job

    def together(self, *jobs):
        """Writes these while the first one is being written; gives what each raised."""
        with ThreadPoolExecutor(len(jobs) + 1) as threads:
            first = threads.submit(self.joined, "first")
            wait_until(lambda: self.groups, PATIENCE, "the first one")
            others = [threads.submit(self.joined, job) for job in jobs]
            wait_until(lambda: len(self.joined._waiting) == len(jobs), PATIENCE, "the others")
            self.go.set()
            assert first.exception() is None
            return [other.exception() for other in others]


@pytest.fixture
def book():
    return Book()


def test_nobody_waits_for_company(book):
    within(1, lambda: [book.joined("alone") for _ in range(1000)])
    assert all(group == ["alone"] for group in book.groups)


def test_what_comes_meanwhile_is_written_together(book):
    assert book.together("a", "b", "c") == [None, None, None]
    assert [sorted(group) for group in book.groups] == [["first"], ["a", "b", "c"]]


def test_of_very_many_fifty_are_written_at_a_time(book):
    assert book.together(*range(60)) == [None] * 60
    assert [len(group) for group in book.groups] == [1, 50, 10]


def test_who_is_written_does_not_wait_for_those_who_came_later(book):
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(book.joined, "first")
        wait_until(lambda: book.groups, PATIENCE, "the first one")
        last = threads.submit(book.joined, "last")
        wait_until(lambda: book.joined._waiting, PATIENCE, "the last one")
        book.go.set()
        assert first.exception(PATIENCE) is None
        assert not last.done()
        book.last.set()
        assert last.exception(PATIENCE) is None


def test_the_mistake_of_one_costs_the_others_nothing(book):
    wrong = ValueError("no such person")
    assert sorted(map(str, book.together("a", wrong, "c"))) == ["None", "None", "no such person"]
    assert [len(group) for group in book.groups] == [1, 3, 1, 1, 1]


def test_an_outage_is_told_to_all_at_once(book):
    away = OperationalError("the database is away")
    assert book.together("a", away, "c") == [away, away, away]
    assert len(book.groups) == 2


def test_after_an_outage_it_goes_on(book):
    with pytest.raises(OperationalError):
        book.joined(OperationalError("away"))
    book.joined("later")
    assert book.groups[-1] == ["later"]

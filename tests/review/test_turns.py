"""Pages go before exports, and exports are made all the same."""

from threading import Event, Thread
from time import monotonic

from monitor.review.turns import LONGEST_WAIT, OWN_TURN, Turns


def test_a_file_goes_on_at_once_where_no_page_is_asked_for() -> None:
    give_way = Turns().file()
    started = monotonic()
    for _ in range(10_000):
        give_way()
    assert monotonic() - started < LONGEST_WAIT * 5


def test_a_file_waits_for_the_page_and_goes_on_as_soon_as_it_is_answered() -> None:
    turns, answered, went_on = Turns(), Event(), Event()
    give_way = turns.file()
    with turns.page():
        thread = Thread(target=lambda: (give_way(), answered.is_set() and went_on.set()))
        thread.start()
        answered.set()
    thread.join()
    assert went_on.is_set()
    assert not turns.is_page_waiting


def test_pages_without_end_hold_no_file_up_for_ever() -> None:
    turns = Turns()
    give_way = turns.file()
    with turns.page():
        started = monotonic()
        give_way()
        waited = monotonic() - started
        assert waited >= LONGEST_WAIT
        while monotonic() - started < waited + OWN_TURN / 2:
            again = monotonic()
            give_way()
            assert monotonic() - again < LONGEST_WAIT

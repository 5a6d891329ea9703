"""What the desk keeps of what it counted, and when it counts anew."""

from monitor.review.remembered import MOST, Remembered
from notices.review import Review
from storage import Store
from tests.storage.test_desk_queries import NOW, fill


def test_what_was_counted_is_kept_until_a_finding_changes(store: Store) -> None:
    _, (key, _) = fill(store)
    remembered, made = Remembered(), list[int]()

    def ask(name: str = "a") -> int:
        with store.read() as unit:
            return remembered.of(unit, name, lambda: made.append(len(made)) or len(made))

    assert (ask(), ask(), ask("b"), ask()) == (1, 1, 2, 1)
    with store.begin() as unit:
        unit.reviews.add(Review(key, "unsure", "", "first", NOW))
    assert (ask(), ask(), ask("b")) == (3, 3, 4)


def test_a_view_from_before_a_change_does_not_displace_what_is_known_since(sqlite_store: Store) -> None:
    _, (key, _) = fill(sqlite_store)
    remembered = Remembered()
    with sqlite_store.read() as before:
        assert before.changes.number() > 0
        with sqlite_store.begin() as unit:
            unit.reviews.add(Review(key, "unsure", "", "first", NOW))
        with sqlite_store.read() as after:
            assert remembered.of(after, "a", lambda: "new") == "new"
        assert remembered.of(before, "a", lambda: "old") == "old"
    with sqlite_store.read() as after:
        assert remembered.of(after, "a", lambda: "not asked for") == "new"


def test_only_what_was_asked_for_last_is_kept(sqlite_store: Store) -> None:
    fill(sqlite_store)
    remembered = Remembered()
    with sqlite_store.read() as unit:
        for name in range(MOST):
            remembered.of(unit, name, lambda: "first")
        remembered.of(unit, 0, lambda: "not asked for")
        remembered.of(unit, MOST, lambda: "one more")
        assert remembered.of(unit, 0, lambda: "again") == "first"
        assert remembered.of(unit, 1, lambda: "again") == "again"

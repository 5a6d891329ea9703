"""Accounts and tries to log in, where several writers come at once, on each database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from notices.account import INVITATION, RESET, Account, AccountError, Link, Person, account_name, name_key
from notices.audit import first_fault
from storage import Store
from storage.sessions import MOST_FOR_NAME, MOST_FROM_ADDRESS

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def link(store: Store, secret: str, role: str = "admin", name: str = "") -> str:
    with store.begin() as unit:
        day = timedelta(days=1)
        unit.accounts.add_link(Link(digest(secret), INVITATION, role, name, "terminal", NOW, NOW + day))
    return digest(secret)


def make(store: Store, name: str, role: str = "admin") -> Account:
    made = link(store, name, role)
    with store.begin() as unit:
        return unit.accounts.use(made, name, "$argon2id$", NOW)


def at_once(count: int, act: object) -> list[object]:
    """What each of several threads got from the same act, errors among it."""

    def one(number: int) -> object:
        try:
            return act(number)  # type: ignore[operator]
        except AccountError as error:
            return error.reason

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_tries_that_come_at_once_are_counted_one_by_one(store: Store) -> None:
    def guess(number: int) -> object:
        with store.begin() as unit:
            return unit.sessions.try_login("李文", f"192.0.2.{number}", NOW)

    answers = at_once(24, guess)
    assert answers.count(None) == MOST_FOR_NAME
    assert set(answers) == {None, NOW + timedelta(minutes=15)}


def test_of_two_who_use_one_link_at_once_one_gets_in(store: Store) -> None:
    shared = link(store, "shared")

    def enter(number: int) -> object:
        with store.begin() as unit:
            return unit.accounts.use(shared, f"person {number}", "$argon2id$", NOW).name

    answers = at_once(6, enter)
    assert answers.count("link_ended") == 5
    with store.read() as unit:
        assert [each.name for each in unit.accounts.all()] == [name for name in answers if name != "link_ended"]


def test_of_two_who_take_one_name_at_once_one_has_it(store: Store) -> None:
    links = [link(store, f"link {number}") for number in range(5)]

    def enter(number: int) -> object:
        with store.begin() as unit:
            return unit.accounts.use(links[number], "同名", "$argon2id$", NOW).name

    assert sorted(map(str, at_once(5, enter))) == ["name_taken"] * 4 + ["同名"]
    with store.read() as unit:
        assert len(unit.accounts.open_links(NOW)) == 4


def test_admins_who_switch_each_other_off_at_once_leave_one(store: Store) -> None:
    admins = [make(store, f"admin {number}") for number in range(4)]

    def disable(number: int) -> object:
        with store.begin() as unit:
            unit.accounts.disable(admins[number].id, "somebody", NOW)
        return "disabled"

    assert sorted(map(str, at_once(4, disable))) == ["disabled"] * 3 + ["last_admin"]
    with store.read() as unit:
        assert unit.accounts.has_admin()
        assert first_fault(unit.audit.all())[2] is None


def test_an_error_half_way_leaves_neither_the_change_nor_its_entry(store: Store) -> None:
    admin = make(store, "admin")
    with pytest.raises(AccountError, match="last admin"), store.begin() as unit:
        link_digest = digest("in the same transaction")
        unit.accounts.add_link(Link(link_digest, INVITATION, "reader", "", "admin", NOW, NOW + timedelta(days=1)))
        unit.accounts.disable(admin.id, "admin", NOW)
    with store.read() as unit:
        assert unit.accounts.link(link_digest, NOW) is None
        assert [entry.act for entry in unit.audit.all()] == ["link_made", "account_made"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ωmega", "ωMEGA"), ("ＡＢＣ", "abc"), ("é", "e\u0301"), ("Straße", "STRASSE"), ("李 文", " 李   文 ")],
)
def test_two_spellings_of_one_name_are_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize("name", ["李文", "Ольга", "محمد", "Nguyễn Văn A", "𠮷田", "O'Brien-Łukasz", "a" * 64])
def test_a_name_of_any_script_is_a_name(store: Store, name: str) -> None:
    assert make(store, name, "reader").name == account_name(name)
    with store.read() as unit:
        assert unit.accounts.named(name.swapcase()) is not None


@pytest.mark.parametrize(
    "name", ["", " ", "\t", "a\nb\x07", "\u202ea", "a\u200bb", "a" * 65, "\ud800", "key:x", "TERMINAL"]
)
def test_what_cannot_be_seen_or_is_taken_by_others_is_no_name(name: str) -> None:
    with pytest.raises(AccountError):
        account_name(name)


def test_a_role_may_what_those_below_it_may() -> None:
    assert [Person("a", "analyst").may(role) for role in ("reader", "analyst", "editor", "admin")] == [
        True,
        True,
        False,
        False,
    ]


def key(store: Store, name: str, role: str, by: str) -> str:
    with store.begin() as unit:
        unit.keys.add(digest(name), "tw_", name, role, by, NOW)
    return digest(name)


def test_what_an_account_made_for_others_ends_where_its_own_rights_do(store: Store) -> None:
    make(store, "first")
    gone = make(store, "gone")
    lower, greater = key(store, "lower", "editor", "gone"), key(store, "greater", "admin", "gone")
    other = key(store, "other", "admin", "first")
    with store.begin() as unit:
        for role in ("analyst", "admin"):
            made = Link(digest(f"by gone {role}"), INVITATION, role, "", "gone", NOW, NOW + timedelta(days=1))
            unit.accounts.add_link(made)
        unit.accounts.set_role(gone.id, "editor", "first", NOW)
    with store.read() as unit:
        assert [unit.keys.with_digest(each) is None for each in (lower, greater, other)] == [False, True, False]
        assert [each.role for each in unit.accounts.open_links(NOW)] == ["analyst"]
    with store.begin() as unit:
        unit.accounts.disable(gone.id, "first", NOW)
    with store.read() as unit:
        assert [unit.keys.with_digest(each) is None for each in (lower, greater, other)] == [True, True, False]
        assert unit.accounts.open_links(NOW) == []
        told = [(entry.act, entry.subject) for entry in unit.audit.all() if entry.by == "first"]
    assert told[2:] == [
        ("account_role", "gone"), ("key_revoked", "greater"), ("link_withdrawn", ""),
        ("account_disabled", "gone"), ("key_revoked", "lower"), ("link_withdrawn", ""),
    ]  # fmt: skip


def test_a_new_password_ends_the_links_for_one(store: Store) -> None:
    mine = make(store, "mine")
    with store.begin() as unit:
        unit.accounts.add_link(Link(digest("r"), RESET, "admin", "mine", "x", NOW, NOW + timedelta(days=1), mine.id))
        unit.accounts.set_password(mine.id, "$argon2id$", "password_changed", NOW)
    with store.read() as unit:
        assert unit.accounts.link(digest("r"), NOW) is None


def test_of_ipv6_a_whole_network_counts_as_one_address(store: Store) -> None:
    def guess(number: int, address: str) -> datetime | None:
        with store.begin() as unit:
            return unit.sessions.try_login(f"name {number}", address, NOW)

    assert [guess(number, f"2001:db8:1:2:{number:x}::1") for number in range(MOST_FROM_ADDRESS)] == [
        None
    ] * MOST_FROM_ADDRESS
    assert guess(99, "2001:db8:1:2:ffff::9%eth0") is not None
    assert guess(99, "2001:db8:1:3::1") is None
    assert guess(99, "no address") is None
    assert [guess(200 + number, "::ffff:192.0.2.7") for number in range(MOST_FROM_ADDRESS)][-1] is None
    assert guess(99, "192.0.2.7") is not None

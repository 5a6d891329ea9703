"""Passwords: argon2id at the recommended cost, the same however they are typed, and no true hash for nobody."""

from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from monitor.review.passwords import LONGEST, Passwords
from tests.review import staff
from tests.review.conftest import Desk

PASSWORD = "Ångström 十二个字 ok"


def test_a_password_is_kept_as_argon2id_at_the_cost_that_rfc_9106_recommends() -> None:
    passwords = Passwords()
    encoded = passwords.encoded(PASSWORD, "somebody")
    cost = extract_parameters(encoded)
    assert (cost.type, cost.memory_cost, cost.time_cost, cost.parallelism) == (Type.ID, 65536, 3, 4)
    assert (cost.salt_len, cost.hash_len) == (16, 32)
    assert passwords.fits(encoded, PASSWORD)
    assert not passwords.fits(encoded, PASSWORD + " ")
    assert not passwords.fits(None, PASSWORD)
    assert extract_parameters(passwords._nobodys) == cost


def test_a_password_is_the_same_on_every_keyboard() -> None:
    encoded = staff.PASSWORDS.encoded("Ａ\u030angström 十二个字 ok", "somebody")
    assert staff.PASSWORDS.fits(encoded, "Ångström 十二个字 ok")
    assert staff.PASSWORDS.fits(encoded, "A\u030angström 十二个字 ok")


def test_what_follows_the_longest_password_is_not_left_out() -> None:
    encoded = staff.PASSWORDS.encoded("x" * LONGEST, "somebody")
    assert staff.PASSWORDS.fits(encoded, "x" * LONGEST)
    assert not staff.PASSWORDS.fits(encoded, "x" * LONGEST + "y")


def test_a_damaged_hash_opens_nothing() -> None:
    for damaged in ("", "x", "$argon2id$v=19$m=8,t=1,p=1$", "$argon2id$v=19$m=8,t=1,p=1$!!$!!"):
        assert not staff.PASSWORDS.fits(damaged, PASSWORD)


def test_a_hash_of_another_cost_is_made_anew_at_the_next_login(desk: Desk) -> None:
    staff.hire(desk.store, "somebody", "reader")
    browser = staff.desk_of(desk.store, desk.captures, staff.Clock())
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    with desk.store.read() as unit:
        account = unit.accounts.named("somebody")
    assert account is not None
    with desk.store.begin() as unit:
        unit.accounts.rehash(account.id, dearer.renewed(staff.PASSWORD))
    assert staff.log_in(browser, "somebody").status_code == 303
    with desk.store.read() as unit:
        account = unit.accounts.named("somebody")
    assert account is not None
    assert account.password is not None
    assert extract_parameters(account.password).memory_cost == 8
    assert staff.log_in(staff.another(browser), "somebody").status_code == 303

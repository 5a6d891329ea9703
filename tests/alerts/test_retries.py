"""When a failed delivery is tried again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from alerts.channels.settings import EmailChannel, WebhookChannel
from alerts.send import GAPS, MOST_TRIES, missing_secrets, next_try

NOW = datetime(2024, 3, 6, 1, 0, tzinfo=UTC)


def wait(tries: int, **options: object) -> timedelta:
    moment = next_try(tries, NOW, **options)  # type: ignore[arg-type]
    assert moment is not None
    return moment - NOW


def test_there_are_eight_tries_at_growing_gaps_over_two_days() -> None:
    waits = [wait(tries, jitter_key="d1") for tries in range(1, 8)]

    assert waits == sorted(waits)
    assert all(later > 1.5 * earlier for earlier, later in pairwise(waits))
    assert timedelta(hours=45) < sum(waits, timedelta()) < timedelta(hours=51)
    assert next_try(MOST_TRIES, NOW) is None
    assert next_try(9, NOW) is None


def test_the_jitter_is_the_same_for_one_delivery_and_differs_between_two() -> None:
    assert wait(3, jitter_key="d1") == wait(3, jitter_key="d1")
    assert wait(3, jitter_key="d1") != wait(3, jitter_key="d2")
    assert all(GAPS[2] <= wait(3, jitter_key=str(number)) <= GAPS[2] * 1.1 for number in range(50))


def test_a_longer_retry_after_is_honoured_up_to_two_days() -> None:
    assert wait(1, retry_after=timedelta(hours=3)) == timedelta(hours=3)
    assert wait(1, retry_after=timedelta(seconds=1)) >= GAPS[0]
    assert wait(1, retry_after=timedelta(days=365)) == timedelta(days=2)
    assert next_try(8, NOW, timedelta(hours=1)) is None


def test_the_number_of_tries_counts_those_made() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        next_try(0, NOW)


def test_secrets_that_are_not_set_are_named() -> None:
    mail = EmailChannel("m", "h", 25, "tls", "a@example.org", ("b@example.org",), "u", "MAIL_PASSWORD")
    hook = WebhookChannel("w", "HOOK_SECRET", url_env="HOOK_URL")

    assert missing_secrets({"m": mail, "w": hook}, {"HOOK_SECRET": "x", "HOOK_URL": ""}) == (
        "MAIL_PASSWORD",
        "HOOK_URL",
    )

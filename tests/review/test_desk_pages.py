"""Every page of the desk answers, in both languages, and says what the store says."""

import pytest

from tests.review.conftest import Desk


@pytest.mark.parametrize("path", ["/", "/sources", "/alerts", "/runs"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_answers_in_both_languages(desk: Desk, path: str, language: str) -> None:
    page = desk.get(f"{path}?lang={language}")
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in page
    assert ("待复核" if language == "zh" else "Queue") in page


def test_every_finding_of_the_store_has_a_page(desk: Desk) -> None:
    for key in desk.keys.values():
        assert '<mark class="m-hit">' in desk.get(f"/findings/{key}")

"""Every fact that a notice's text states has its place there; what the text does not say has none."""

from notices.notice import Notice
from notices.places import places_of
from tests.pages import truths

TOLD = {"buyer", "procuringEntity", "supplier", "project_code", "plan_code", "period", "budget", "ceiling", "award"}


def test_a_place_holds_the_value() -> None:
    seen: set[str] = set()
    for _, read in truths.cases():
        notice = read()
        for place in places_of(notice):
            words = "".join(notice.text[place.start : place.end].split())
            assert words in _written(notice, place.field)
            seen.add(place.field)
    assert seen >= TOLD


def test_nearly_every_fact_of_the_pages_has_its_place() -> None:
    facts = placed = 0
    for _, read in truths.cases():
        notice = read()
        found = {place.field for place in places_of(notice)}
        stated = {party.role for party in notice.parties if party.label} | (
            {"project_code"} if notice.project_code and notice.project_code in notice.text else set()
        )
        facts += len(stated)
        placed += len(stated & found)
    assert facts > 250
    assert placed >= 0.98 * facts


def test_what_the_text_does_not_say_has_no_place() -> None:
    notice = Notice("s", "1", "https://s.invalid/1", "某项目", "tender", None, text="正文", project_code="AB-1")
    assert places_of(notice) == ()


def _written(notice: Notice, field: str) -> str:
    terms = notice.terms
    values: dict[str, list[str | None]] = {
        "project_code": [notice.project_code],
        "plan_code": [terms.plan_code],
        "period": [terms.period],
        "region": [notice.region],
        "category": [notice.category],
        "method": [notice.method_label],
        "budget": [notice.budget.as_written if notice.budget else None],
        "ceiling": [terms.ceiling.as_written if terms.ceiling else None],
        "award": [notice.award.as_written if notice.award else None],
    }
    named: list[str | None] = [party.name for party in notice.parties if party.role == field]
    return "".join("".join(filter(None, values.get(field, named))).split())

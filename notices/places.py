"""Where in a notice's text each of its facts stands, so that whoever doubts a field can look."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notices.notice import Notice


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field's value at characters [start, end) of the notice's text."""

    field: str
    start: int
    end: int


def places_of(notice: Notice) -> tuple[FieldPlace, ...]:
    """The places of all facts that the text states; what only the portal's own fields say has none.

    A value is looked for behind its label first, then anywhere; spaces that reading dropped are allowed for.
    """
    found = (_place(notice.text, *each) for each in _values(notice))
    return tuple(dict.fromkeys(place for place in found if place))


def _values(notice: Notice) -> Iterator[tuple[str, str, str]]:
    """(field, label or "", value as written)."""
    terms = notice.terms
    for party in notice.parties:
        yield party.role, party.label, party.name
    plain = {"project_code": notice.project_code, "plan_code": terms.plan_code, "period": terms.period}
    plain |= {"region": notice.region, "category": notice.category, "method": notice.method_label}
    for field, value in plain.items():
        if value:
            yield field, "", value
    for field, money in (("budget", notice.budget), ("ceiling", terms.ceiling), ("award", notice.award)):
        for written in re.split(r"；", money.as_written) if money else ():
            label, mark, value = written.rpartition("：")
            yield field, label if mark else "", value


def _place(text: str, field: str, label: str, value: str) -> FieldPlace | None:
    signs = [re.escape(sign) for sign in value if not sign.isspace()]
    if not signs:
        return None
    written = r"\s*".join(signs)
    behind = re.search(rf"{_loose(label)}[^\n:：|]{{0,20}}[:：|\s]+({written})", text) if label else None
    match = behind or re.search(f"({written})", text)
    return FieldPlace(field, match.start(1), match.end(1)) if match else None


def _loose(label: str) -> str:
    return r"[\s（）()]*".join(re.escape(sign) for sign in label if not sign.isspace())

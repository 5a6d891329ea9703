"""The code lists as data: each code with its English and Chinese words, and the sites' labels that mean it."""

import csv
from dataclasses import dataclass
from importlib.resources import files

from notices.errors import UnknownLabelError


@dataclass(frozen=True, slots=True)
class Codelist:
    """A code list read from `notices/data/NAME.csv`: a `code` column, further columns, `labels` split by "|"."""

    name: str
    rows: dict[str, dict[str, str]]
    by_label: dict[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.rows)

    def value(self, code: str, column: str) -> str:
        """One column of a code's row; UnknownLabelError if the list has no such code."""
        if code not in self.rows:
            raise UnknownLabelError(f"{code!r} is no code of {self.name}; its codes are {', '.join(self.rows)}")
        return self.rows[code][column]

    def code_of(self, label: str) -> str:
        """The code that a site's label means; UnknownLabelError names the label and the file to extend."""
        word = "".join(label.split())
        if word not in self.by_label:
            raise UnknownLabelError(
                f"the label {label!r} is not in notices/data/{self.name}.csv: add it to the right row"
            )
        return self.by_label[word]


def read_codelist(name: str) -> Codelist:
    """Reads `notices/data/NAME.csv`; a label that stands in two rows is a ValueError."""
    text = files("notices").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    rows = {row["code"]: row for row in csv.DictReader(text.splitlines())}
    by_label: dict[str, str] = {}
    for code, row in rows.items():
        for label in filter(None, row.get("labels", "").split("|")):
            if by_label.setdefault(label, code) != code:
                raise ValueError(f"{name}.csv: the label {label!r} stands under {by_label[label]} and {code}")
    return Codelist(name, rows, by_label)


NOTICE_KINDS = read_codelist("notice_kinds")
METHODS = read_codelist("methods")
REGIONS = read_codelist("regions")

"""The table 公告概要 above a notice of www.ccgp.gov.cn: label and value side by side, amounts in 万元."""

from dataclasses import dataclass

from lxml import html

from notices.errors import UnreadableValueError
from notices.fields import clean_code
from notices.html_blocks import clean_line, render
from notices.labels import squeeze
from notices.money import Money, find_money, read_money
from notices.names import clean_name
from notices.party import Party
from spiders.pages.dom import first, has_class, read_blocks


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary's values by squeezed label (the first of each)."""

    values: dict[str, str]
    table: html.HtmlElement | None = None

    @property
    def text(self) -> str:
        """The summary as a notice's text is written."""
        return render(read_blocks(self.table)) if self.table is not None else ""

    @property
    def parties(self) -> tuple[Party, ...]:
        named = (
            (clean_name(self.values.get(label, "")), role, label)
            for label, role in (("采购单位", "buyer"), ("代理机构名称", "procuringEntity"))
        )
        return tuple(Party(name, role, label) for name, role, label in named if name)

    @property
    def region(self) -> str | None:
        return self.values.get("行政区域") or None

    @property
    def category(self) -> str | None:
        return self.values.get("品目") or None

    @property
    def published(self) -> str | None:
        return self.values.get("公告时间")

    @property
    def project_code(self) -> str | None:
        return clean_code(self.values.get("项目编号", "") or self.values.get("采购项目编号", ""))

    @property
    def budget(self) -> Money | None:
        return self._amount("预算金额")

    @property
    def award(self) -> Money | None:
        return self._amount("中标金额", "成交金额", "合同金额")

    def _amount(self, *endings: str) -> Money | None:
        for label, value in self.values.items():
            if label.endswith(endings):
                try:
                    return read_money(value, label)
                except UnreadableValueError:
                    return find_money(value, label)
        return None


def read_summary(root: html.HtmlElement) -> Summary:
    """The summary of a page; without values if the page has none."""
    # From the cell up: asking every table for such a cell takes minutes where hundreds of tables are nested.
    cell = first(
        root, f"//div[{has_class('table')}]//td[{has_class('title')}][ancestor::table]", "//td[@class='title']"
    )
    table = next(cell.iterancestors("table"), None) if cell is not None else None
    if table is None:
        return Summary({})
    values: dict[str, str] = {}
    for cell in table.xpath(f".//td[{has_class('title')}] | .//th[{has_class('title')}]"):
        value = next(cell.itersiblings("td", "th"), None)
        if value is not None:
            values.setdefault(squeeze(_line(cell)), _line(value))
    return Summary(values, table)


def _line(cell: html.HtmlElement) -> str:
    if len(cell):
        return " ".join(render(read_blocks(cell)).split("\n"))
    return clean_line(cell.text or "")

"""What a correction notice changes: its rows 更正前 / 更正后, and the lines that say the same in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notices.html_blocks import Table
from notices.labels import squeeze, without_ordinal
from notices.notice import Notice
from notices.pairs import Statements, read_statements

_CHANGED = r"(?:更正|变更|修改|修正|调整|澄清|补充|更改)"
_BEFORE = re.compile(
    rf"^(?:{_CHANGED}(?:以)?前.{{0,8}}|原(?:公告|招标|采购|磋商|谈判|询价)?(?:文件)?(?:内容|信息|条款|为|要求|表述))$"
)
_AFTER = re.compile(rf"^(?:{_CHANGED}(?:以)?后.{{0,8}}|{_CHANGED}为|现{_CHANGED}?(?:内容|信息|条款|为|要求|表述))$")
_ITEM = re.compile(rf"^(?:{_CHANGED}?(?:项|事项|内容|条目|位置|类型|项目)|序号|条款(?:号)?|页码|章节|标题|名称)$")
_NUMBER = re.compile(r"^(?:序号|\d{1,3}|[一二三四五六七八九十]{1,3})$")
_LABELLED = re.compile(
    rf"^\s*(?P<label>{_CHANGED}(?:以)?[前后](?:内容|信息)?|原(?:公告|招标文件|采购文件|磋商文件)?内容|现{_CHANGED}?(?:内容|为)|{_CHANGED}为)"
    r"\s*[:：为]\s*(?P<value>.*)$"
)
_QUOTED = re.compile(
    r"[“\"「『](?P<before>[^”\"」』]{1,500})[”\"」』][^“\"「『。；\n]{0,8}?(?:现)?"
    rf"{_CHANGED}(?:成|为)\s*[:：]?\s*"
    r"[“\"「『](?P<after>[^”\"」』]{1,500})[”\"」』]"
)
_SAID = re.compile(
    rf"原(?P<item>[^，,。；;：:\n]{{1,30}}?)(?:为)?[:：](?P<before>[^\n；;]{{1,300}}?)[，,；;]?\s*现?{_CHANGED}(?:成|为)\s*[:：]?\s*(?P<after>[^\n；;。]{{1,300}})"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """One change: `item` is what the notice calls it (None if nothing), `before` and `after` as written.

    An empty `before` is an addition, an empty `after` a removal.
    """

    item: str | None
    before: str
    after: str


def corrections_of(notice: Notice) -> tuple[Correction, ...]:
    """The changes that a correction notice states, in its order; none for notices of other kinds."""
    return read_corrections(read_statements(notice.text.split("\n"))) if notice.kind == "correction" else ()


def read_corrections(statements: Statements) -> tuple[Correction, ...]:
    """The changes of all tables; where there is no such table, those of the lines."""
    found = [change for placed in statements.tables for change in _of_table(placed.table)]
    found = found or list(_of_lines([line for _, line in statements.lines]))
    return tuple(change for change in dict.fromkeys(found) if squeeze(change.before) != squeeze(change.after))


def _of_table(table: Table) -> Iterator[Correction]:
    for rows in (table.rows, tuple(zip(*table.rows, strict=True))):
        columns: tuple[int, int] | None = None
        found = False
        for row in rows:
            header = _columns(row)
            if header:
                columns, names = header, row
                continue
            if columns is None or not any(row):
                continue
            before, after = (_cell(row[index]) for index in columns)
            if before or after:
                found = True
                yield Correction(_item(row, names, columns), before, after)
        if found:
            return


def _columns(row: tuple[str, ...]) -> tuple[int, int] | None:
    """Where a row names the two columns; None if it does not."""
    cells = [squeeze(cell) for cell in row]
    before = next((index for index, cell in enumerate(cells) if _BEFORE.match(cell)), None)
    after = next((index for index, cell in enumerate(cells) if _AFTER.match(cell)), None)
    return (before, after) if before is not None and after is not None else None


def _item(row: tuple[str, ...], names: tuple[str, ...], columns: tuple[int, int]) -> str | None:
    told = [
        (names[index], _cell(cell))
        for index, cell in enumerate(row)
        if index not in columns and cell.strip() and not _NUMBER.match(squeeze(cell))
    ]
    chosen = next((value for name, value in told if _ITEM.match(squeeze(name))), None)
    return chosen or (told[0][1] if told else None)


def _cell(cell: str) -> str:
    value = " ".join(cell.split())
    return "" if re.fullmatch(r"[/\\—\-–]*|无", value) else value


def _of_lines(lines: list[str]) -> Iterator[Correction]:
    open_: tuple[str | None, str] | None = None
    above: str | None = None
    for line in lines:
        labelled = _LABELLED.match(without_ordinal(line))
        if labelled and _is_before(labelled["label"]):
            value, mark, rest = _parted(labelled["value"])
            if mark:
                yield Correction(above, value, rest)
            else:
                open_ = (above, value)
        elif labelled and open_ is not None:
            yield Correction(open_[0], open_[1], labelled["value"].strip(" ；;。"))
            open_ = None
        else:
            quoted = list(_QUOTED.finditer(line))
            for found in quoted:
                yield Correction(None, found["before"].strip(), found["after"].strip())
            for found in () if quoted else _SAID.finditer(line):
                yield Correction(found["item"].strip(), found["before"].strip(" ，,"), found["after"].strip())
            above = without_ordinal(line).strip(" ：:")[:60] or above


def _is_before(label: str) -> bool:
    return label.endswith(("前", "前内容", "前信息")) or label.startswith("原")


def _parted(value: str) -> tuple[str, str, str]:
    """A line that holds both: (before, the words between, after)."""
    found = re.search(rf"[，,；;。\s]*(?:现)?{_CHANGED}(?:以?后(?:内容|信息)?|为|成)\s*[:：为]?\s*", value)
    if not found:
        return value.strip(" ；;。"), "", ""
    return value[: found.start()].strip(), found[0], value[found.end() :].strip(" ；;。")

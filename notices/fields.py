"""The facts that a notice states in its text: who buys, through whom, who won, under which code, for how much."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from notices import labels
from notices.amounts import award_of, budget_of, ceiling_of
from notices.codelists import METHODS
from notices.contacts import read_contacts
from notices.deadlines import read_deadlines
from notices.errors import UnknownLabelError
from notices.labels import RANK, role_of_cell, squeeze
from notices.lots import read_lots
from notices.money import Money
from notices.names import clean_name, clean_organisation, ends_as_organisation, is_consortium, split_names
from notices.pairs import Pair, Statements, is_header, read_statements
from notices.party import Party
from notices.terms import Terms
from notices.winners import Winner, read_winners

AWARDING = frozenset({"award", "contract", "single_source", "acceptance"})


@dataclass(frozen=True, slots=True)
class Fields:
    """What the text states; None or empty where it states nothing. `rate`: the award is a rate, not an amount."""

    parties: tuple[Party, ...] = ()
    project_code: str | None = None
    project_name: str | None = None
    method: str | None = None
    method_label: str | None = None
    region: str | None = None
    category: str | None = None
    published: str | None = None
    budget: Money | None = None
    award: Money | None = None
    rate: bool = False
    terms: Terms = field(default_factory=Terms)


def read_fields(text: str, kind: str = "") -> Fields:
    """The facts of a notice of which only the text is kept (paragraphs by line, table rows with " | ").

    `kind` is a code of NOTICE_KINDS: suppliers and awards are read only where a notice of that kind can have them.
    """
    return fields_of(read_statements(text.split("\n")), text, kind)


def fields_of(statements: Statements, text: str, kind: str, title: str = "") -> Fields:
    """The same from a notice's pairs and tables; what running prose says counts only where no label says it."""
    pairs = statements.pairs
    winners = read_winners(statements) if kind in AWARDING else ()
    award, rate = award_of(pairs, winners) if kind in AWARDING - {"single_source"} else (None, False)
    method_label = _first(pairs, labels.METHOD, _ticked)
    return Fields(
        parties=_parties(statements, winners, text, title if kind == "intention" else ""),
        project_code=_first(pairs, labels.CODE, clean_code)
        or _in_column(statements, labels.CODE, clean_code)
        or _code_in(text)
        or _first(pairs, labels.OTHER_CODE, clean_code)
        or _first(pairs, labels.PLAN, clean_code),
        project_name=_first(pairs, labels.NAME, _phrase),
        method=method_code(method_label),
        method_label=method_label,
        region=_first(pairs, labels.REGION, _phrase),
        category=_first(pairs, labels.CATEGORY, _phrase),
        published=_first(pairs, labels.PUBLISHED, _phrase),
        # A correction states the old amount beside the new one: neither is taken for the budget.
        budget=None if kind == "correction" else budget_of(statements),
        award=award,
        rate=rate,
        terms=_terms(statements, winners, kind),
    )


def _terms(statements: Statements, winners: tuple[Winner, ...], kind: str) -> Terms:
    pairs, deadlines = statements.pairs, read_deadlines(statements, kind)
    return Terms(
        plan_code=_first(pairs, labels.PLAN, clean_code),
        ceiling=None if kind == "correction" else ceiling_of(statements),
        documents_until=deadlines.documents_until,
        bids_until=deadlines.bids_until,
        opens_at=deadlines.opens_at,
        period=_first(pairs, labels.PERIOD, _phrase),
        lots=read_lots(statements, winners, kind),
        contacts=read_contacts(pairs),
    )


def method_code(label: str | None) -> str | None:
    """The code of METHODS for a site's word ("公开招标", "竞争性磋商公告"); None for none and for one no list knows."""
    if not label:
        return None
    try:
        return METHODS.code_of(label)
    except UnknownLabelError:
        return next((METHODS.code_of(word) for word in METHODS.by_label if len(word) > 2 and word in label), None)


def clean_code(value: str) -> str | None:
    """A project code as written, without what follows: "清设招第2021173号（招标文件编号：…）" → 清设招第2021173号."""
    code = _AFTER_CODE.split(value.strip(), maxsplit=1)[0].strip("：:、.·*_ ")
    depth = 0
    for index, sign in enumerate(code):
        depth += (sign in "（([〔") - (sign in "）)]〕")
        if depth < 0:
            code = code[:index]
            break
    if not re.search(r"\d", code) or not 3 <= len(code) <= 64 or re.fullmatch(r"(?:19|20)\d\d年.*[月日]", code):
        return None
    return code


_AFTER_CODE = re.compile(
    r"[;；。,，、\s|]|[（(](?=[^（）()]*(?:编号|[:：]|计划|备案|如有|文号|包|标段))|项目名称|采购项目名|(?<=\d)(?:招标|采购)?(?:公告|文件)"
)
_CODE_IN_PROSE = re.compile(
    r"(?:项目|招标|采购|磋商|谈判|询价|比选)编号(?:为|是)?\s*[:：]?\s*([A-Za-z0-9\[\]〔〕（）()\-—_/号第\u4e00-\u9fff]{4,60})"
)
_PROSE = {
    labels.BUYER: (
        r"(?:采购人|招标人|采购单位|征集人|比选人)(?:为|是)\s*([^，,。；;（(\n]{4,40})",
        r"(?:建设单位|项目业主|业主|发包人)(?:为|是)\s*([^，,。；;（(\n]{4,40})",
        r"受\s*([^，,。；;\n]{2,40}?)\s*(?:的)?委托",
        r"(?:^|[\s。；|])(?:采购人|招标人|采购单位|招标单位|建设单位)(?:名称)?\s+(?:\|\s*)?([^\s|，,。；;:：]{4,40})(?=\s|$)",
        r"现将\s*([^，,。；;\n]{2,40}?)\s*(?:\d{4}年[^，。\n]{0,20})?(?:政府)?采购意向",
    ),
    labels.AGENCY: (
        r"(?:招标|采购)?代理(?:机构|单位)?(?:为|是)\s*([^，,。；;（(\n]{4,40})",
        r"([^，,。；;\s]{4,40}?)\s*(?:\(以下[^)]*\)|（以下[^）]*）)?\s*受\s*[^，,。；;\n]{2,40}?\s*的?委托",
        r"受[^，,。；;\n]{2,40}?委托[，,]\s*([^，,。；;\n]{4,40}?(?:公司|中心|集团|所))(?=对|就|拟|组织|现|于|作为|受)",
    ),
}


# "津沽大学2026年10月政府采购意向": an intention's title begins with whose it is.
_INTENDS = re.compile(r"^\s*(?P<buyer>\S{4,30}?)\s*(?:关于)?(?:19|20)\d\d\s*年?[^，。]{0,20}?采购意向")


def _parties(statements: Statements, winners: tuple[Winner, ...], text: str, intention: str) -> tuple[Party, ...]:
    parties: list[Party] = []
    for role, ours in ((labels.BUYER, "buyer"), (labels.AGENCY, "procuringEntity")):
        best = _best(statements.pairs, role, clean_organisation)
        if best:
            parties.append(Party(best[1], ours, squeeze(best[0].label)))
        elif found := _in_column(statements, role, clean_organisation) or _party_in(text, role):
            parties.append(Party(found, ours))
        elif role == labels.BUYER and (named := _INTENDS.match(intention)) and ends_as_organisation(named["buyer"]):
            parties.append(Party(named["buyer"], ours))
    for winner in winners:
        role = "tenderer" if winner.candidate else "supplier"
        names = split_names(winner.name)
        together = len(names) > 1 and is_consortium(winner.name)
        parties.extend(Party(name, role, winner.label, winner.lot, winner.rank, together) for name in names)
    return tuple(dict.fromkeys(parties))


def _best(pairs: Iterable[Pair], role: str, read: Callable[[str], str | None]) -> tuple[Pair, str] | None:
    """The readable value whose label says it best; among equals the first."""
    ranked = sorted((pair for pair in pairs if pair.role == role), key=lambda pair: RANK.get(squeeze(pair.label), 0))
    return next(((pair, value) for pair in ranked if (value := read(pair.value))), None)


def _first(pairs: Iterable[Pair], role: str, read: Callable[[str], str | None]) -> str | None:
    best = _best(pairs, role, read)
    return best[1] if best else None


def _in_column(statements: Statements, role: str, read: Callable[[str], str | None]) -> str | None:
    """The one value that all rows of a column share; None where they differ or no column has the role."""
    for placed in statements.tables:
        header = placed.table.rows[0]
        column = next((index for index, cell in enumerate(header) if role_of_cell(cell) == role), None)
        if column is not None and is_header(header):
            values = {value for row in placed.table.rows[1:] if (value := read(row[column]))}
            if len(values) == 1:
                return values.pop()
    return None


def _party_in(text: str, role: str) -> str | None:
    for pattern in _PROSE[role]:
        for match in re.finditer(pattern, text[:5000]):
            name = clean_name(match[1])
            if name and len(name) >= 4 and (role == labels.BUYER or ends_as_organisation(name)):
                return name
    return None


def _code_in(text: str) -> str | None:
    match = _CODE_IN_PROSE.search(text[:5000])
    return clean_code(match[1]) if match else None


def _phrase(value: str) -> str | None:
    phrase = value.strip(" /\\-—")
    return phrase if phrase and len(phrase) <= 200 else None


def _ticked(value: str) -> str | None:
    """The chosen one of "□竞争性谈判 ■竞争性磋商 □询价"; a value without boxes as it stands."""
    chosen = re.findall(r"[■☑√✔●☒✓]\s*([^□■☑√✔●○☒✓\s，,；;]{2,20})", value) or re.findall(
        r"([^□■☑√✔●○☒✓\s]{2,20})\s*[√✔✓](?!\s*[^\s□])", value
    )
    if chosen:
        return str(chosen[0])
    return None if "□" in value or "○" in value else _phrase(re.split(r"[;；。\n]", value)[0])

"""The facts of a notice from the paragraphs and tables of its body, for sites that state them nowhere else."""

import re
from dataclasses import replace

from notices.fields import fields_of, method_code
from notices.html_blocks import Block, render
from notices.items import read_items
from notices.kinds import read_kind
from notices.notice import Notice
from notices.pairs import read_statements

_METHOD = re.compile(r"公开招标|邀请招标|竞争性谈判|竞争性磋商|询价|单一来源|框架协议")


def with_facts(bare: Notice, blocks: tuple[Block, ...]) -> Notice:
    """`bare` (identity, title, label, date) with its text, kind and what the text states.

    UnknownLabelError: neither label nor title nor text says of which kind it is.
    """
    text = render(blocks)
    kind = read_kind(bare.label, bare.title, text)
    statements = read_statements(blocks)
    fields = fields_of(statements, text, kind, bare.title)
    buyer = next((party.name for party in fields.parties if party.role == "buyer"), None)
    word = next((found[0] for source in (bare.label, bare.title) if (found := _METHOD.search(source))), None)
    return replace(
        bare,
        kind=kind,
        text=text,
        parties=fields.parties or bare.parties,
        project_code=fields.project_code or bare.project_code,
        method=fields.method or method_code(word),
        method_label=fields.method_label or word,
        region=fields.region or bare.region,
        category=fields.category,
        budget=fields.budget,
        award=None if fields.rate or kind not in {"award", "contract", "acceptance"} else fields.award,
        terms=fields.terms,
        items=read_items(statements, kind, fields.project_name, buyer),
    )

"""A text becomes paragraphs and tables, whatever the marks and however long: no character is lost or doubled."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.review.marked_text import (
    ALSO,
    CELL,
    HIT,
    OTHER,
    Block,
    Gap,
    Mark,
    Paragraph,
    Piece,
    Table,
    excerpt,
    located,
    marked_blocks,
    part_at,
    part_of,
)

TEXTS = st.text(alphabet="甲乙A1 |\n", max_size=120)


def lines(block: Block) -> list[str]:
    if isinstance(block, Gap):
        return []
    rows = block.rows if isinstance(block, Table) else ((block.pieces,),)
    return [CELL.join("".join(piece.text for piece in cell) for cell in row) for row in rows]


def words(blocks: tuple[Block, ...]) -> str:
    return "".join("".join(line.split()) for block in blocks for line in lines(block))


def marked(blocks: tuple[Block, ...], level: str) -> str:
    pieces = [
        piece
        for block in blocks
        if not isinstance(block, Gap)
        for row in (block.rows if isinstance(block, Table) else ((block.pieces,),))
        for cell in row
        for piece in cell
    ]
    return "".join(piece.text for piece in pieces if piece.level == level)


def test_rows_become_one_table_and_lines_become_paragraphs() -> None:
    content = "标题\n名称 | 型号 | 数量\n服务器 | H100 | 2\n合计 | 2\n\n尾"
    at = content.index("H100")
    blocks = marked_blocks(content, [Mark(at, at + 4, HIT)])
    head, table, tail = blocks
    assert head == Paragraph((Piece("标题"),))
    assert isinstance(table, Table)
    assert (table.columns, table.head, [len(row) for row in table.rows]) == (3, "column", [3, 3, 2])
    assert table.rows[1][1] == (Piece("H100", HIT, anchor=True),)
    assert tail == Paragraph((Piece("尾"),))


def test_two_columns_are_names_and_values() -> None:
    (table,) = marked_blocks("采购人 | 东屏理工大学\n代理 | 南汀公司", [])
    assert isinstance(table, Table)
    assert table.head == "row"


def test_a_mark_over_two_cells_is_marked_in_both_and_begins_once() -> None:
    (table,) = marked_blocks("显卡 | H100 | 8张", [Mark(0, 9, HIT)])
    assert isinstance(table, Table)
    assert table.rows[0][:2] == ((Piece("显卡", HIT, anchor=True),), (Piece("H100", HIT),))


def test_the_strongest_of_overlapping_marks_is_in_force() -> None:
    (line,) = marked_blocks("abcdef", [Mark(0, 6, OTHER), Mark(1, 5, ALSO), Mark(2, 4, HIT)])
    assert isinstance(line, Paragraph)
    assert [(piece.text, piece.level) for piece in line.pieces] == [
        ("a", OTHER),
        ("b", ALSO),
        ("cd", HIT),
        ("e", ALSO),
        ("f", OTHER),
    ]


@settings(deadline=None)
@given(
    TEXTS,
    st.lists(st.tuples(st.integers(-5, 130), st.integers(-5, 130), st.sampled_from((HIT, ALSO, OTHER))), max_size=5),
)
def test_no_character_is_lost_and_all_that_is_marked_is_shown_marked(
    content: str, spans: list[tuple[int, int, str]]
) -> None:
    blocks = marked_blocks(content, [Mark(*span) for span in spans])
    assert words(blocks) == "".join(line for line in "".join(content.split(" ")).split("\n"))
    inside = "".join(
        content[at]
        for at in range(len(content))
        if any(start <= at < end and level == HIT for start, end, level in spans)
    )
    plain = marked(blocks, HIT).replace(" ", "").replace("|", "")
    assert plain == "".join(inside.split()).replace("|", "")


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(1, 30), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
def test_a_quote_begins_once_whatever_lies_over_it(start: int, length: int, others: list[tuple[int, int]]) -> None:
    marks = [Mark(start, start + length, HIT), *(Mark(*span, ALSO) for span in others)]
    (line,) = marked_blocks("甲" * 60, marks)
    assert isinstance(line, Paragraph)
    assert [len(piece.text) for piece in line.pieces if piece.level == HIT] == [length]
    assert [piece.level for piece in line.pieces if piece.anchor] == [HIT]


@settings(deadline=None)
@given(TEXTS, st.integers(1, 40))
def test_the_parts_of_a_text_are_the_whole_text(content: str, size: int) -> None:
    count = -(-len(content) // size)
    parts = [part_of(content, [], number, size) for number in range(count)]
    assert "".join(map(words, parts)).replace("|", "") == "".join(content.split()).replace("|", "")
    assert all(0 <= part_at(content, at, size) < count for at in range(len(content)))


@settings(deadline=None)
@given(st.text(alphabet="甲乙\n", min_size=300, max_size=400), st.integers(0, 290), st.integers(20, 200))
def test_of_a_long_text_the_quote_is_shown_and_the_gaps_say_what_is_not(content: str, start: int, long: int) -> None:
    blocks = marked_blocks(content, [Mark(start, start + 5, HIT)], long=long)
    assert marked(blocks, HIT) == content[start : start + 5].replace("\n", "")
    gaps = [block for block in blocks if isinstance(block, Gap)]
    hidden = "".join(content[gap.start : gap.end] for gap in gaps)
    assert len(words(blocks)) + len(hidden.replace("\n", "")) == len(content.replace("\n", ""))


def test_a_text_of_ten_million_characters_is_cut_to_what_matters() -> None:
    content = "数据" * 5_000_000 + "H100" + "\n后文" * 100
    blocks = marked_blocks(content, [Mark(10_000_000, 10_000_004, HIT)])
    assert marked(blocks, HIT) == "H100"
    assert len(words(blocks)) < 15_000


def test_a_quote_is_found_at_its_place_or_nearest_to_it_or_not_at_all() -> None:
    content = "H100 甲 H100 乙 H100"
    assert located(content, 7, 11, "H100") == (7, 11)
    assert located(content, 9, 13, "H100") == (7, 11)
    assert located(content, 900, 904, "H100") == (14, 18)
    assert located(content, 0, 4, "H200") is None
    assert located(content, 7, 11, "甲 H100 乙") == (7, 11)
    assert located("", 0, 0, "") is None


def test_an_excerpt_keeps_to_its_line_and_says_where_it_is_cut() -> None:
    content = "前行\n" + "甲" * 50 + "H100" + "乙" * 50 + "\n后行"
    assert excerpt(content, 53, 57, around=5) == (Piece("…甲甲甲甲甲"), Piece("H100", HIT), Piece("乙" * 10 + "…"))
    assert excerpt("H100", 0, 4, around=5) == (Piece("H100", HIT),)

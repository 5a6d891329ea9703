"""The readable text of HTML: paragraphs by line, table rows as cells joined by " | ", spans expanded, nothing glued."""

from html.parser import HTMLParser

from notices.html_blocks import Block, BlockBuilder, render


class _Parser(HTMLParser):
    """Feeds the standard library's lenient parser into a BlockBuilder."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = BlockBuilder()

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: ARG002, FBT001, FBT002
        """Skips <![if …]> and its like; the standard parser raises on those that it does not know."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def read_blocks(html: str) -> tuple[Block, ...]:
    """The paragraphs and tables of a page or a fragment, in order; scripts and styles are left out."""
    if "<" not in html:
        return tuple(line for line in (" ".join(line.split()) for line in html.splitlines()) if line)
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.builder.close()


def read_text(html: str) -> str:
    """The text of a page or a fragment: a line per paragraph; a line per table row, its cells joined by " | ".

    A row's cell that holds several lines has them joined by a space; a cell that spans rows stands in each of them, a
    cell that spans columns once. A table that only lays the page out (one cell, tables within) becomes paragraphs.
    """
    return render(read_blocks(html))


def read_tables(html: str) -> list[list[list[str]]]:
    """Every table as rows of cells, all rows of a table equally long (spans expanded); "\\n" parts a cell's lines."""
    return [[list(row) for row in block.rows] for block in read_blocks(html) if not isinstance(block, str)]

"""A page of a PDF as a picture: drawn in the confined process, words marked where the page has them."""

import struct
import zlib

import numpy as np
import pytest

from monitor.documents import draw_safely
from monitor.documents.page_image import png
from monitor.documents.reading import MIB, Limits, NotReadError
from tests.documents.making import PICTURE, pdf, shown

PAGE = shown([(60, 700, "训练服务器"), (60, 640, "NVIDIA H100 80GB")], size=24)
LIMITS = Limits(size=64 * MIB, cpu=30, wall=60)


def levels_of(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """The picture in a PNG file whose rows are steps from the row above, every chunk checked."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        chunks[name] = body
        at += 12 + length
    width, height, depth, colours = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colours) == (8, 2)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(height, width * 3 + 1)
    assert (rows[:, 0] == 2).all()
    return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, 3)


def yellow(
    levels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    return (levels[:, :, 0] > 200) & (levels[:, :, 2] < 140)


def test_a_picture_is_written_so_that_it_is_read_back() -> None:
    levels = np.random.default_rng(7).integers(0, 256, (37, 23, 3), dtype=np.uint8)
    assert (levels_of(png(levels)) == levels).all()


def test_words_are_marked_where_they_stand() -> None:
    levels = levels_of(draw_safely(pdf([b"", PAGE]), 2, ["not there", "H100 80GB", "训练"], LIMITS))
    height, width = levels.shape[:2]
    assert 1200 < height <= 1600
    marked = np.argwhere(yellow(levels))
    assert len(marked) > 500
    down, across = marked.mean(axis=0)
    # 640 points above the lower edge of 842: a little more than a fifth from the top.
    assert 0.18 < down / height < 0.27
    assert across / width > 0.2
    plain = levels_of(draw_safely(pdf([b"", PAGE]), 2, ["not there"], LIMITS))
    assert not yellow(plain).any()


def test_a_turned_page_is_marked_in_the_right_place() -> None:
    levels = levels_of(draw_safely(pdf([PAGE], rotate=90), 1, ["H100 80GB"], LIMITS))
    height, width = levels.shape[:2]
    assert width > height
    marked = np.argwhere(yellow(levels))
    assert len(marked) > 500
    assert 0.7 < marked.mean(axis=0)[1] / width < 0.85


def test_a_scan_is_drawn_without_marks() -> None:
    levels = levels_of(draw_safely(pdf([PICTURE]), 1, ["H100"], LIMITS))
    assert not yellow(levels).any()
    assert (levels < 200).mean() > 0.9


@pytest.mark.parametrize(
    ("data", "number", "said"),
    [
        (pdf([PAGE]), 2, "no page 2"),
        (pdf([PAGE]), 0, "no page 0"),
        (pdf([PAGE], password="open"), 1, "encrypted"),
        (pdf([PAGE])[:300], 1, "damaged"),
        (b"<html>no PDF</html>", 1, "damaged"),
    ],
)
def test_what_cannot_be_drawn_says_why(data: bytes, number: int, said: str) -> None:
    with pytest.raises(NotReadError, match=said):
        draw_safely(data, number, [], LIMITS)


def test_a_file_beyond_the_limit_is_not_drawn() -> None:
    with pytest.raises(NotReadError, match="larger than"):
        draw_safely(pdf([PAGE]), 1, [], Limits(size=100))

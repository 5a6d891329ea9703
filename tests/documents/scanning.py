"""Pages drawn as pictures, as a scanner gives them: needs the extra `ocr` and Debian's fonts-noto-cjk."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = {
    "sans": Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    "serif": Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
}
# The third face of Noto's collections is the one for simplified Chinese.
_SIMPLIFIED = 2
Rows = Sequence[Sequence[str]]


def missing_fonts() -> str:
    """What to install where a font is missing; empty where all are there."""
    absent = [path.name for path in FONTS.values() if not path.is_file()]
    return f"{', '.join(absent)}: install Debian's fonts-noto-cjk" if absent else ""


def page(
    lines: Sequence[str],
    rows: Rows,
    *,
    dots: int = 200,
    size: float = 10.5,
    font: str = "serif",
    columns: Sequence[float] = (50, 90, 190, 450, 545),
) -> Image.Image:
    """An A4 page: lines of text, under them a ruled table. Sizes and columns in points, `dots` to the inch."""
    scale = dots / 72
    image = Image.new("L", (int(595 * scale), int(842 * scale)), 255)
    draw = ImageDraw.Draw(image)
    face = ImageFont.truetype(str(FONTS[font]), int(size * scale), index=_SIMPLIFIED)
    y = 60.0
    for line in lines:
        draw.text((50 * scale, y * scale), line, font=face, fill=20)
        y += 1.7 * size
    top, step = y + size, 2 * size
    for number, cells in enumerate(rows):
        for left, words in zip(columns, cells, strict=False):
            draw.text(((left + 4) * scale, (top + number * step + 0.3 * size) * scale), words, font=face, fill=20)
    width = max(1, int(0.7 * scale))
    bottom = top + len(rows) * step
    for number in range(len(rows) + 1 if rows else 0):
        level = (top + number * step) * scale
        draw.line([(columns[0] * scale, level), (columns[-1] * scale, level)], fill=40, width=width)
    for x in columns if rows else ():
        draw.line([(x * scale, top * scale), (x * scale, bottom * scale)], fill=40, width=width)
    return image


def scanned(image: Image.Image, *, seed: int, skew: float = 0.0, blur: float = 0.0, quality: int = 60) -> Image.Image:
    """What a scanner makes of a page: a grey ground, noise, a slant in degrees, blur, and JPEG at this quality."""
    drawn = image.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
    drawn = drawn.filter(ImageFilter.GaussianBlur(blur)) if blur else drawn
    chance = np.random.default_rng(seed)
    levels = np.asarray(drawn, dtype=np.float32) * 0.94 + chance.normal(0, 6, (drawn.height, drawn.width))
    buffer = io.BytesIO()
    Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue()))


def pdf_of(images: Sequence[Image.Image], dots: int) -> bytes:
    """A PDF of pictures alone, each a page at this resolution."""
    buffer = io.BytesIO()
    images[0].save(buffer, "PDF", resolution=dots, save_all=True, append_images=list(images[1:]))
    return buffer.getvalue()


def png_of(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()

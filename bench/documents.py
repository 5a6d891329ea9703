"""Reads 300 documents that it makes, each naming products, and prints what was found and at what cost.

A mention counts as found if the product's name stands in the document's text, whole, and in the line of its quantity.
Scans need the extra `ocr` (`make setup-extras`, then run this with `.venv-extras/bin/python`) and Debian's
fonts-noto-cjk. A general-purpose extractor is measured beside, over the same files, where BESIDE names a Python that
has markitdown; to make one: `uv venv .venv-bench && uv pip install --python .venv-bench 'markitdown[all]'`.
"""

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.documents import Limits, Reading, end_workers, read_document, read_safely
from tests.documents.planted import FILES, FORMATS, PAGES, SCANS, make_scan, mentions


def count_found(text: str, sought: Sequence[tuple[str, str]]) -> int:
    """How many stand in a line with their quantity; full and half width count as one, and spaces do not."""
    lines = ["".join(unicodedata.normalize("NFKC", line).split()) for line in text.splitlines()]
    bare = [("".join(product.split()), quantity) for product, quantity in sought]
    return sum(any(product in line and quantity in line for line in lines) for product, quantity in bare)


@dataclass
class Measured:
    """Files of one format with what was found and the milliseconds per page: here, confined, and by another."""

    files: list[bytes]
    sought: int
    found: int = 0
    plain: float | None = None
    confined: float = 0.0
    other: float | None = None
    other_found: int = 0


def timed(read: Callable[[bytes, str, Limits], Reading], files: list[bytes], kind: str) -> tuple[float, int]:
    """Milliseconds per page over all files after one to warm up, and how many mentions were found."""
    read(files[0], f"x.{suffix_of(kind)}", Limits())
    started = time.perf_counter()
    readings = [read(data, f"x.{suffix_of(kind)}", Limits()) for data in files]
    spent = (time.perf_counter() - started) * 1000 / (len(files) * pages_of(kind))
    texts = ["\n".join(text.content for text in reading.texts) for reading in readings]
    return spent, sum(count_found(text, mentions(kind, number)) for number, text in enumerate(texts))


def suffix_of(kind: str) -> str:
    return "pdf" if kind.startswith("scan") else "eml" if kind == "mail" else kind


def pages_of(kind: str) -> int:
    return 1 if kind == "doc" or kind.startswith("scan") else PAGES


def measure(kind: str, files: list[bytes]) -> Measured:
    result = Measured(files, sum(len(mentions(kind, number)) for number in range(len(files))))
    result.confined, result.found = timed(read_safely, files, kind)
    if not kind.startswith("scan"):
        result.plain, plain_found = timed(read_document, files, kind)
        result.found = min(result.found, plain_found)
    return result


# Run by the other environment's Python: reads the files of a folder, one warm-up before the clock starts.
_OTHER = """
import json, sys, time
from pathlib import Path
from markitdown import MarkItDown
reader = MarkItDown(enable_plugins=False)
files = sorted(Path(sys.argv[1]).iterdir())
texts, spent = [], 0.0
for number, path in enumerate([files[0], *files]):
    started = time.perf_counter()
    try:
        text = reader.convert(str(path)).text_content
    except Exception:
        text = ""
    if number:
        spent += time.perf_counter() - started
        texts.append(text)
print(json.dumps({"texts": texts, "spent": spent}))
"""


def measure_other(python: Path, kind: str, result: Measured) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(result.files):
            Path(folder, f"{number:03}.{suffix_of(kind)}").write_bytes(data)
        done = subprocess.run([python, "-c", _OTHER, folder], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    result.other = answer["spent"] * 1000 / (len(result.files) * pages_of(kind))
    result.other_found = sum(count_found(text, mentions(kind, n)) for n, text in enumerate(answer["texts"]))


def scans() -> dict[str, list[bytes]]:
    """Scanned files by resolution; none, with a line that says why, where they cannot be made or read."""
    if importlib.util.find_spec("rapidocr") is None:
        print("scans: the extra `ocr` is not installed here (make setup-extras; .venv-extras/bin/python)")
        return {}
    from tests.documents import scanning

    if absent := scanning.missing_fonts():
        print(f"scans: {absent}")
        return {}
    return {f"scan{dots}": [make_scan(number, dots) for number in range(SCANS)] for dots in (150, 200)}


def memory() -> float:
    """The most that a confined process has used so far, in MiB."""
    end_workers()
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> int:
    read_safely(b"x", "x.txt")
    measured = {kind: measure(kind, [make(number) for number in range(FILES)]) for kind, make in FORMATS.items()}
    without_ocr = memory()
    measured |= {kind: measure(kind, files) for kind, files in scans().items()}
    with_ocr = memory()
    other = Path(os.environ.get("BESIDE", ".venv-bench/bin/python"))
    for kind, result in measured.items() if other.exists() else ():
        measure_other(other, kind, result)
    print_table(measured)
    if not other.exists():
        print("markitdown: not installed (how to: the head of this file)")
    return verdict(measured, without_ocr, with_ocr)


def print_table(measured: dict[str, Measured]) -> None:
    head = ("format", "files", "mentions", "found", "ms/page", "confined", "| markitdown: found", "ms/page", "")
    print("{:9}{:>6}{:>9}{:>7}{:>10}{:>10}{:>20}{:>10}  {}".format(*head))
    for kind, each in measured.items():
        plain = "" if each.plain is None else f"{each.plain:.2f}"
        line = f"{kind:9}{len(each.files):6}{each.sought:9}{each.found:7}{plain:>10}{each.confined:10.2f}"
        if each.other is not None:
            is_faster = (each.plain or each.confined) < each.other
            ahead = ["better"] * (each.found > each.other_found) + ["faster"] * is_faster
            line += f"{each.other_found:20}{each.other:10.2f}  {' and '.join(ahead) or 'BEHIND'}"
        print(line)


def verdict(measured: dict[str, Measured], without_ocr: float, with_ocr: float) -> int:
    """Prints each demand with its figure; 0 if all that were measured are met."""
    demands = []
    for words, prefix, least in (("text formats", "", 0.98), ("scans", "scan", 0.92)):
        chosen = [each for kind, each in measured.items() if kind.startswith("scan") == bool(prefix)]
        if chosen:
            share = sum(each.found for each in chosen) / sum(each.sought for each in chosen)
            demands.append((f"planted mentions found in {words}: {share:.3f} (at least {least})", share >= least))
    demands.append((f"most memory without OCR: {without_ocr:.0f} MiB (at most 500)", without_ocr <= 500))
    if with_ocr > without_ocr:
        demands.append((f"most memory with OCR: {with_ocr:.0f} MiB (at most 1,536)", with_ocr <= 1536))
    for sentence, is_met in demands:
        print(f"{'ok ' if is_met else 'NOT MET'} {sentence}")
    return 0 if all(is_met for _, is_met in demands) else 1


if __name__ == "__main__":
    sys.exit(main())

"""The habits of the house, held by tests."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("notices", "storage", "spiders", "alerts", "monitor")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
MIGRATIONS = ROOT / "storage" / "migrations"
BANNED_NAMES = re.compile(r"^(utils?|helpers?|common|core)$")
BANNED_VERBS = re.compile(r"^_?(process|handle|manage)_")
# What a library calls by these names is not ours to name.
GIVEN_NAMES = re.compile(
    r"^(process_(bind_param|result_value|request|response|exception|item|start|options|spider_\w+)"
    r"|handle_(starttag|endtag|startendtag|data|comment|decl|pi|error|DATA))$"
)
MACHINE = re.compile(r"/(?:home|root|work|Users)/|pypi\.org|files\.pythonhosted")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_ours_and_not_one_of_the_same_name(package: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", f"import {package}; print({package}.__file__)"],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()).is_relative_to(ROOT)


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_is_short_says_what_it_is_and_its_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert not BANNED_NAMES.match(path.stem), "name a module by its noun"
    if text.strip():
        assert ast.get_docstring(tree), "a module begins with one sentence on what it is"
    if not path.is_relative_to(MIGRATIONS):
        assert text.count("\n") <= 300, "a module has at most 300 lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 50 or path.is_relative_to(MIGRATIONS), f"{node.name} has {length} lines; at most 50"
            assert not BANNED_VERBS.match(node.name) or GIVEN_NAMES.match(node.name), (
                f"{node.name}: name what comes out"
            )


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_nothing_is_swallowed(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}: a bare except"
            wide = isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            empty = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            assert not (wide and empty), f"line {node.lineno}: an error that nobody hears of"


def test_no_text_speaks_of_a_machine_or_a_registry() -> None:
    kinds = {".py", ".md", ".toml", ".html", ".cfg", ".lock", ".txt", ".csv", ".json", ".jsonl"}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.suffix in kinds and path.exists() and path != Path(__file__):
            found = MACHINE.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None, f"{name} names {found.group() if found else ''}"


def test_the_lock_has_a_hash_for_every_package_and_no_copyleft_at_run_time() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock, re.MULTILINE)
    assert len(pinned) > 50
    for block in re.split(r"\n(?=[a-z0-9])", lock):
        if "==" in block.split("\n")[0]:
            assert "--hash=sha256:" in block, block.split("\n")[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    always = " ".join(project["dependencies"])
    for copyleft in ("psycopg", "pymupdf", "chardet", "py7zr", "unrar"):
        assert copyleft not in always


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout

"""One process at a time does one kind of work in one home."""

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.locks import BusyError, only_one

HOLD = """
import sys
from pathlib import Path
from monitor.locks import only_one

with only_one(Path(sys.argv[1]), "detect"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_is_told_what_the_first_does(tmp_path: Path) -> None:
    with only_one(tmp_path, "detect"):
        with pytest.raises(BusyError, match="'detect'"), only_one(tmp_path, "detect"):
            pytest.fail("two held one lock")
        with only_one(tmp_path, "alert"):
            pass


def test_a_killed_holder_leaves_the_lock_free(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError), only_one(tmp_path, "detect"):
            pytest.fail("two held one lock")
        holder.kill()
        holder.wait()
        with only_one(tmp_path, "detect"):
            pass

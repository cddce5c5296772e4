"""Compiled code never outlives the sources it was compiled from."""

import subprocess
import sys

from xunfang.cli.compiled import sources_digest


def test_a_changed_source_gets_a_folder_of_its_own(tmp_path):
    (tmp_path / "search.py").write_text("class State: ...")
    before = sources_digest(tmp_path)

    (tmp_path / "search.py").write_text("class Tables: ...")

    assert sources_digest(tmp_path) != before
    (tmp_path / "search.py").write_text("class State: ...")
    assert sources_digest(tmp_path) == before


def test_nothing_compiled_is_imported_before_the_folder_is_chosen():
    program = "import sys, xunfang.cli.main; print('numba' in sys.modules)"

    done = subprocess.run(  # noqa: S603 -- our own interpreter and text
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"

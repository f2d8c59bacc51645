"""An import that is killed at any moment leaves each record of the old or of the new edition."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
POINTS = 100


def test_killed_imports_leave_whole_records_and_the_next_run_completes_them(tmp_path):
    command = [sys.executable, "-m", "tests.catalogue.imports.killed", str(tmp_path), str(POINTS), "2026"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) == POINTS
    assert all(kill["killed"] for kill in kills)
    assert len({kill["point"] for kill in kills}) > POINTS / 2
    assert [kill for kill in kills if kill["broken"] or kill["left"]] == []

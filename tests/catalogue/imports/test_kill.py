"""An import that is killed at any moment leaves each record of the old or of the new edition."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SEEDS = (2026, 2027)
POINTS = 50


def test_killed_imports_leave_whole_records_and_the_next_run_completes_them(tmp_path):
    """A hundred of them, by two processes at a time."""
    running = []
    for seed in SEEDS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        command = [sys.executable, "-m", "tests.catalogue.imports.killed", str(folder), str(POINTS), str(seed)]
        running.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    kills = []
    for process in running:
        said, complaints = process.communicate(timeout=280)
        assert process.returncode == 0, complaints[-2000:]
        kills += [json.loads(line) for line in said.splitlines()]
    assert len(kills) == POINTS * len(SEEDS)
    assert all(kill["killed"] for kill in kills)
    assert len({kill["point"] for kill in kills}) > len(kills) / 2
    assert [kill for kill in kills if kill["broken"] or kill["left"]] == []

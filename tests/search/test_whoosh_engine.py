from pathlib import Path

from portal.search.whoosh_engine import SMALL_SEGMENTS

from .building import build, doc


def test_small_segments_are_merged(tmp_path: Path) -> None:
    index = build(tmp_path, [doc(1, "Passport")])
    for number in range(3 * SMALL_SEGMENTS):
        index.engine.update("service", [number], [doc(number, "Passport renewal")])
    assert len(list(tmp_path.rglob("*.trm"))) <= SMALL_SEGMENTS

"""The measurement of the rule: on a folder made here, and on the benchmark where it is."""

import gzip
from pathlib import Path

import pytest

from portal.related.evaluate import BadVisits, evaluate
from tests.support import needs

BENCHMARK = Path(__file__).parents[3] / "shared" / "benchmarks" / "related"


def write(folder, name, *lines):
    with gzip.open(folder / f"{name}.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("header\n" + "".join(f"{line}\n" for line in lines))


@pytest.fixture
def folder(tmp_path):
    """Far more visits to 1 than to 3, to 3 than to 4, to 4 than to 2, so that noise decides nothing; five to 5."""
    visits = ["1 2"] * 100 + ["1 3 4"] * 300 + ["1 3"] * 300 + ["5"] * 5
    write(tmp_path, "train", *(f"{number}\t{items}" for number, items in enumerate(visits)))
    write(tmp_path, "dev_cases", "allbut1-0-1\t3", "given2-0-2\t1 3", "allbut1-1-3\t2")
    write(tmp_path, "dev_hidden", "allbut1-0-1\t4", "given2-0-2\t2 9", "allbut1-1-3\t3")
    return tmp_path


def test_rank_score_and_hits_are_those_of_the_protocol(folder):
    figures = evaluate(folder, 5)
    # 3 leads to 1 and then to 4. 2 leads to 1, then come the most used, of which 3 is the first.
    assert figures.rank["allbut1"] == pytest.approx(100 * 2 ** (-1 / 5))
    # Both 1 and 3 lead to 4, only 1 leads to 2; 9 was never seen.
    assert figures.rank["given2"] == pytest.approx(100 * 2 ** (-1 / 5) / (1 + 2 ** (-1 / 5)))
    assert figures.hit == {"given2": 100.0, "allbut1": 100.0}
    assert figures.mean == pytest.approx(sum(figures.rank.values()) / 2)
    assert figures.visits == 705


def test_what_fewer_than_k_visits_have_is_not_learned(folder):
    assert evaluate(folder, 800).rank["given2"] == 0
    with pytest.raises(BadVisits, match="at least 5"):
        evaluate(folder, 4)


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("train", "7\tone two", r"train.tsv.gz, line 2"),
        ("train", "7", r"train.tsv.gz, line 2"),
        ("dev_cases", "allbut1-0-9\t1", "nothing for case 'allbut1-0-9'"),
        ("dev_cases", "allbut1-0-1\t1 1", r"dev_cases.tsv.gz, line 2"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(folder, name, line, reason):
    write(folder, name, line)
    with pytest.raises(BadVisits, match=reason):
        evaluate(folder)


def test_a_missing_file_and_one_that_is_none_are_named(folder):
    (folder / "dev_cases.tsv.gz").write_bytes(b"no gzip")
    with pytest.raises(BadVisits, match=r"dev_cases.tsv.gz cannot be read"):
        evaluate(folder)
    (folder / "dev_cases.tsv.gz").unlink()
    with pytest.raises(BadVisits, match=r"dev_cases.tsv.gz cannot be read"):
        evaluate(folder)


def test_the_command_prints_the_figures_and_refuses_bad_input(folder, starter):
    run = starter.test_cli_runner().invoke
    found = run(args=["related", "evaluate", str(folder), "--k", "5"])
    assert found.exit_code == 0
    assert "learned from 705 visits, k = 5" in found.output
    assert [line.split()[0] for line in found.output.splitlines()[1:]] == ["given2", "allbut1", "mean"]
    few = run(args=["related", "evaluate", str(folder), "--k", "3"])
    assert few.exit_code == 1
    assert few.output == "Error: k must be at least 5.\n"
    assert run(args=["related", "evaluate", "nowhere"]).exit_code == 2


def test_the_benchmark_is_as_good_as_promised():
    """Bars: mean 60.5 and hit@5 65 with k = 10, mean 55 from 1,000 visits with k = 5."""
    needs(BENCHMARK.is_dir(), f"{BENCHMARK}")
    whole = evaluate(BENCHMARK, 10)
    assert whole.mean >= 60.5
    assert whole.hit["allbut1"] >= 65
    assert list(whole.rank) == ["given2", "given5", "given10", "allbut1"]
    assert min(evaluate(BENCHMARK, 5, visits=1000, draw=draw).mean for draw in (1, 2, 3)) >= 55

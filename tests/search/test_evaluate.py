import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from portal.cli.search import search_cli
from portal.search import init_app
from portal.search.evaluate import Benchmark, evaluate, ndcg, percentile, recall, reciprocal_rank, rounds_of
from portal.search.model import Model

from ..support import needs

BENCHMARKS = Path(__file__).parents[3] / "shared" / "benchmarks"


def write_benchmark(folder: Path) -> None:
    corpus = [("a", "Passport renewal", "Renew it."), ("b", "", "Help with the rent for you and your children.")]
    queries = [("1", "renew my passport"), ("2", "help with my rent?"), ("3", "rent")]
    (folder / "corpus.jsonl").write_text(
        "".join(json.dumps({"id": id, "title": title, "text": text}) + "\n" for id, title, text in corpus)
    )
    (folder / "queries.jsonl").write_text("".join(json.dumps({"id": id, "text": text}) + "\n" for id, text in queries))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n3\ta\t1\n")


def run(app: Flask, *words: str):
    return CliRunner().invoke(search_cli, words, obj=ScriptInfo(create_app=lambda: app))


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = Flask("test")
    app.config["SEARCH_FOLDER"] = tmp_path / "index"
    init_app(app)
    return app


def test_measures() -> None:
    assert recall([False, True, True], 4, 2) == 0.25
    assert reciprocal_rank([False, True, True]) == 0.5
    assert reciprocal_rank([]) == 0.0
    assert ndcg([True, False], 1) == 1.0
    assert round(ndcg([False, True], 1), 4) == 0.6309
    assert [percentile([1, 2, 3, 4], share) for share in (50, 95, 100)] == [2, 4, 4]


def test_evaluate_scores_a_folder(tmp_path: Path) -> None:
    write_benchmark(tmp_path)
    figures = evaluate(tmp_path)
    assert (figures.lang, figures.documents, figures.queries) == ("en", 2, 3)
    assert {depth: round(value, 1) for depth, value in figures.recall.items()} == {1: 66.7, 5: 66.7, 10: 66.7}
    assert (round(figures.mrr, 1), round(figures.ndcg, 1)) == (66.7, 66.7)


def test_command_prints_every_figure(app: Flask, tmp_path: Path) -> None:
    write_benchmark(tmp_path)
    result = run(app, "evaluate", str(tmp_path), "--lang", "en")
    assert result.exit_code == 0
    assert [line[:12].strip() for line in result.output.splitlines()] == [
        "documents",
        "queries",
        "R@1",
        "R@5",
        "R@10",
        "MRR@10",
        "nDCG@10",
        "latency p50",
        "latency p95",
        "latency p99",
        "indexed in",
        "memory",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("corpus.jsonl", None, "corpus.jsonl is missing."),
        ("queries.jsonl", "{", "queries.jsonl, line 1: not JSON."),
        ("queries.jsonl", "[]", "queries.jsonl, line 1: not a JSON object."),
        ("queries.jsonl", '{"id": "1"}', "queries.jsonl, line 1: 'text' is missing or not a text."),
        ("corpus.jsonl", '\n{"id": 1, "text": ""}', "corpus.jsonl, line 2: 'id' is missing or not a text."),
        ("qrels.tsv", "1 a 1", "qrels.tsv, line 1: expected three cells separated by tabs, found 1."),
        ("qrels.tsv", "1\tz\t1", "qrels.tsv, line 1: no document 'z' in corpus.jsonl."),
        ("qrels.tsv", "1\ta\tx", "qrels.tsv, line 1: the score 'x' is not a whole number."),
        ("qrels.tsv", "1\ta\t1", "qrels.tsv: nothing for 2 queries, the first is '2'."),
        ("queries.jsonl", "", "has no documents or no queries."),
    ],
)
def test_command_names_what_is_wrong(app: Flask, tmp_path: Path, name: str, content: str | None, message: str) -> None:
    write_benchmark(tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_text(content)
    result = run(app, "evaluate", str(tmp_path))
    assert result.exit_code == 1
    assert result.output.rstrip().endswith(message)


def test_rebuild_says_how_much(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.search.documents._sources", {})
    result = run(app, "rebuild")
    assert (result.exit_code, result.output) == (0, "0 documents indexed.\n")
    assert app.extensions["search"]["public"].is_ready()


# A little below the figures in docs/decisions/0009-ranking.md.
@pytest.mark.parametrize(
    ("name", "lang", "at_one", "at_five", "at_ten"),
    [("or-sharc", "en", 73, 93, 96.5), ("situations", "en", 45, 66, 73.5), ("aia-bde", "pt", 81.5, 96, 97.5)],
)
def test_quality_on_public_benchmarks(name: str, lang: str, at_one: float, at_five: float, at_ten: float) -> None:
    needs((BENCHMARKS / name).is_dir(), f"the benchmark folder {BENCHMARKS / name}")
    figures = evaluate(BENCHMARKS / name)
    assert figures.lang == lang
    assert figures.recall[1] >= at_one
    assert figures.recall[5] >= at_five
    assert figures.recall[10] >= at_ten


def test_evaluate_prints_figures_with_examples_and_folds_beside(app: Flask, tmp_path: Path) -> None:
    write_benchmark(tmp_path)
    lines = run(app, "evaluate", str(tmp_path), "--lang", "en", "--examples", "1", "--folds", "2").output.splitlines()
    assert lines[0].split() == ["as", "it", "is", "1", "examples", "2", "folds"]
    assert lines[2].split() == ["queries", "3", "3", "3"]


def test_examples_are_other_peoples_words(tmp_path: Path) -> None:
    queries = [("1", "rent help"), ("2", "Help me pay."), ("3", "RENT: help"), ("4", "my landlord"), ("5", "boat")]
    benchmark = Benchmark(
        [("a", "", "Rent."), ("b", "", "Boat.")],
        queries,
        {id: frozenset({"b" if id == "5" else "a"}) for id, _ in queries},
    )
    rounds = [([id for id, _ in asked], known) for asked, known in rounds_of(benchmark, 3)]
    assert rounds == [
        (["1", "3", "5"], {"a": ["Help me pay.", "my landlord"]}),
        (["2", "4"], {"a": ["rent help", "RENT: help"], "b": ["boat"]}),
    ]


def test_train_writes_the_same_weights_for_the_same_folders(app: Flask, tmp_path: Path) -> None:
    write_benchmark(tmp_path)
    for name in ("one", "two"):
        result = run(app, "train", str(tmp_path), "--out", str(tmp_path / name))
        assert (result.exit_code, result.output) == (0, f"Weights are in {tmp_path / name}.\n")
    assert (tmp_path / "one").read_text() == (tmp_path / "two").read_text()
    assert Model.parse((tmp_path / "one").read_text()).weights["story"]
    assert run(app, "train").exit_code == 2

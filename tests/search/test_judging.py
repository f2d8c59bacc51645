from portal.judgements import JudgedQuery
from portal.search.judging import Judged, figures, first_place, judge

from .building import build, doc

A, B, C = ("service", "a"), ("article", "b"), ("intent", "c")


def query(text: str = "", *best: tuple[str, str]) -> JudgedQuery:
    return JudgedQuery("k-en-001", "en", "check", text, best)


def test_any_of_the_best_counts():
    assert first_place([A, B, C], [C, B]) == 2
    assert first_place([A], [B]) is None
    assert first_place([], [B]) is None


def test_figures_are_shares_of_those_with_an_answer():
    judged = [Judged(query(), place, None) for place in (1, 1, 3, 4, None)]
    found = figures(judged)
    assert (found.count, found.first, found.among_three, found.holds) == (5, 40.0, 60.0, False)
    assert figures([Judged(query(), 1, None)]).holds
    assert figures([]).holds


def test_judged_queries_are_asked_as_people_do(tmp_path):
    index = build(
        tmp_path,
        [doc(1, "Passport for a child", stored={"slug": "a"}), doc(2, "Lost passport", stored={"slug": "b"})],
    )
    lost, nothing, unanswered = query("lost passport", ("service", "b")), query("kayak", A), query("passport")
    assert judge([lost, nothing, unanswered], index) == [
        Judged(lost, 1, "service:b"),
        Judged(nothing, None, None),
    ]


def test_the_command_lists_misses_and_fails_below_the_bars(app):
    result = app.test_cli_runner().invoke(args=["search", "judge", "--split", "check", "--misses"])
    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert " ".join(lines[0].split()) == "keywords check all 131 queries: first 0.0 %, among three 0.0 %"
    assert lines[9].startswith("  k-en-001 ")
    assert lines[-1] == "Error: The bars are 75 % first and 92 % among three."

"""The command that checks rules, as an operator uses it."""

import pytest


@pytest.fixture
def run(starter):
    return lambda *arguments: starter.test_cli_runner().invoke(args=["eligibility", "check", *arguments])


def test_the_starter_content_has_no_problems(run):
    result = run("--on", "2026-11-22")
    assert result.exit_code == 0, result.output
    assert "117 rules" in result.output
    assert result.output.endswith("on 2026-11-22: no problems\n")


def test_one_service_is_checked_alone(run):
    result = run("--service", "snap", "--on", "2026-11-22")
    assert result.exit_code == 0
    assert " 1 rules, " in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--service", "nope"), "there is no service nope"),
        (("--on", "soon"), "does not match the format"),
        (("no-such-folder",), "does not exist"),
    ],
)
def test_wrong_input_is_refused(run, arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_an_empty_folder_is_refused(run, tmp_path):
    result = run(str(tmp_path))
    assert (result.exit_code, "holds no services" in result.output) == (2, True)


def test_an_amount_without_a_value_on_the_day_is_a_problem(run):
    result = run("--on", "1980-01-01", "--service", "wic")
    assert result.exit_code == 1

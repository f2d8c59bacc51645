"""`flask search …`: build the index, measure it."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from ..database import transaction
from ..i18n import CONTENT_LANGUAGES
from ..judgements import SPLITS, read_judgements
from ..search.engine import IndexBusy
from ..search.evaluate import BadBenchmark, evaluate
from ..search.judging import AMONG_THREE, FIRST, Judged, figures, judge
from ..search.operations import rebuild_index
from ..tuning.operations import learn

search_cli = AppGroup("search", help="The search index.")
# An update takes less than a second: worth waiting for.
WAIT_FOR_WRITER = 10.0


@search_cli.command()
def rebuild() -> None:
    """Build the index anew from the database; the old one serves until the new one is complete."""
    try:
        count = rebuild_index(wait=WAIT_FOR_WRITER)
    except IndexBusy as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} documents indexed.")


@search_cli.command("judge")
@click.option("--split", type=click.Choice(SPLITS), help="One half of the judged queries; both when absent.")
@click.option("--misses", is_flag=True, help="List the queries whose first result is not a right one.")
def judge_search(split: str | None, misses: bool) -> None:
    """Ask the judged keywords and situations, and say how often a right answer comes first and among the first three.

    It fails where fewer than 75 % of all come first, or fewer than 92 % among the first three.
    """
    judgements = read_judgements()
    sets = {"keywords": judge(judgements.keywords), "situations": judge(judgements.situations)}
    sets["all"] = sets["keywords"] + sets["situations"]
    for name, judged in sets.items():
        for half in (split,) if split else (None, *SPLITS):
            for lang in (None, *CONTENT_LANGUAGES):
                chosen = [one for one in judged if half in (None, one.query.split) and lang in (None, one.query.lang)]
                found = figures(chosen)
                click.echo(
                    f"{name:<11} {half or 'both':<6} {lang or 'all':<4} {found.count:>4} queries:"
                    f" first {found.first:5.1f} %, among three {found.among_three:5.1f} %"
                )
    asked = [one for one in sets["all"] if split in (None, one.query.split)]
    if misses:
        for one in asked:
            if one.place != 1:
                click.echo(_miss(one))
    if not figures(asked).holds:
        raise click.ClickException(f"The bars are {FIRST:.0f} % first and {AMONG_THREE:.0f} % among three.")


def _miss(one: Judged) -> str:
    wanted = " ".join(f"{kind}:{slug}" for kind, slug in one.query.best)
    return f"  {one.query.id} {one.query.text!r}: {wanted} at {one.place or '-'}; first is {one.first or 'nothing'}"


@search_cli.command("learn")
def learn_from_use() -> None:
    """Let what people followed and what helped move the order by one day's step. The worker does it every day."""
    with transaction():
        count = learn(current_app.config["SEARCH_LEAST"])
    click.echo("Nothing to do: learned today, or switched off." if count is None else f"{count} factors are not 1.")


@search_cli.command("evaluate")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--lang", help="Language of the documents; guessed from their words when absent.")
def evaluate_folder(folder: Path, lang: str | None) -> None:
    """Index the documents of DIR in a temporary place and score the search over its queries."""
    try:
        figures = evaluate(folder, lang, current_app.config.get("SEARCH_ENGINE", "whoosh"))
    except BadBenchmark as error:
        raise click.ClickException(str(error)) from error
    for name, value in (
        ("documents", f"{figures.documents} ({figures.lang})"),
        ("queries", f"{figures.queries}"),
        *((f"R@{depth}", f"{value:.1f} %") for depth, value in figures.recall.items()),
        ("MRR@10", f"{figures.mrr:.1f} %"),
        ("nDCG@10", f"{figures.ndcg:.1f} %"),
        ("latency p50", f"{figures.p50:.1f} ms"),
        ("latency p95", f"{figures.p95:.1f} ms"),
        ("latency p99", f"{figures.p99:.1f} ms"),
        ("indexed in", f"{figures.index_seconds:.1f} s"),
        ("memory", f"{figures.memory:.0f} MB"),
    ):
        click.echo(f"{name:<12} {value}")

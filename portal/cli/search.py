"""`flask search …`: build the index, measure it."""

from http import HTTPStatus
from pathlib import Path

import click
from flask import current_app

from ..database import transaction
from ..i18n import CONTENT_LANGUAGES
from ..judgements import SPLITS, read_judgements
from ..search.engine import IndexBusy
from ..search.evaluate import DEPTH, BadBenchmark, Figures, ask, evaluate, train_on
from ..search.index import SearchIndex
from ..search.judging import AMONG_THREE, FIRST, Judged, figures, judge, judged_samples
from ..search.model import SHIPPED, Model
from ..search.operations import rebuild_index
from ..tuning.operations import learn
from .groups import CommandGroup

search_cli = CommandGroup("search", help="The search index.")
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
@click.option("--examples", type=click.IntRange(1, 20), metavar="N", help="Also with up to N situations per text.")
@click.option("--folds", type=click.IntRange(2, 20), metavar="K", help="Also with weights trained on other parts.")
@click.option("--http", is_flag=True, help="Ask through /api/v1/search of this application.")
def evaluate_folder(folder: Path, lang: str | None, examples: int | None, folds: int | None, http: bool) -> None:
    """Index the documents of DIR in a temporary place and score the search over its queries.

    With --examples N up to N queries of each text, taken from one half of the queries, become situations of it, and
    the other half is asked; then the other way round. With --folds K each of K parts is asked with weights that were
    trained on the others. Both are printed beside the plain figures.
    """
    engine = current_app.config.get("SEARCH_ENGINE", "whoosh")
    by_meaning = current_app.config.get("SEARCH_MEANING", False)
    asking = _ask_over_http if http else ask
    try:
        columns = {"": evaluate(folder, lang, engine, ask=asking, by_meaning=by_meaning)}
        if examples:
            columns[f"{examples} examples"] = evaluate(
                folder, lang, engine, examples=examples, ask=asking, by_meaning=by_meaning
            )
        if folds:
            columns[f"{folds} folds"] = evaluate(folder, lang, engine, folds=folds, by_meaning=by_meaning)
    except BadBenchmark as error:
        raise click.ClickException(str(error)) from error
    if len(columns) > 1:
        click.echo(f"{'':<12} " + " ".join(f"{name or 'as it is':<14}" for name in columns))
    for name, values in zip(_ROWS, zip(*map(_rows, columns.values()), strict=True), strict=True):
        click.echo(f"{name:<12} " + " ".join(f"{value:<14}" for value in values).rstrip())


_ROWS = (
    *("documents", "queries", "R@1", "R@5", "R@10", "MRR@10", "nDCG@10"),
    *("latency p50", "latency p95", "latency p99", "indexed in", "memory"),
)


def _rows(figures: Figures) -> tuple[str, ...]:
    return (
        f"{figures.documents} ({figures.lang})",
        f"{figures.queries}",
        *(f"{value:.1f} %" for value in figures.recall.values()),
        f"{figures.mrr:.1f} %",
        f"{figures.ndcg:.1f} %",
        f"{figures.p50:.1f} ms",
        f"{figures.p95:.1f} ms",
        f"{figures.p99:.1f} ms",
        f"{figures.index_seconds:.1f} s",
        f"{figures.memory:.0f} MB",
    )


def _ask_over_http(index: SearchIndex, text: str, lang: str, _model: Model | None) -> list[int]:
    if lang not in CONTENT_LANGUAGES:
        raise BadBenchmark(f"The API speaks {' and '.join(CONTENT_LANGUAGES)}; these documents are in {lang!r}.")
    served = current_app.extensions["search"]
    current_app.extensions["search"] = {**served, index.name: index}
    try:
        response = current_app.test_client().get(
            "/api/v1/search", query_string={"q": text[:500], "lang": lang, "limit": DEPTH}
        )
    finally:
        current_app.extensions["search"] = served
    if response.status_code != HTTPStatus.OK:
        raise BadBenchmark(f"The API answered {response.status}.")
    return [int(result["id"]) for result in response.get_json()["results"]]


@search_cli.command("train")
@click.argument("folders", metavar="DIR…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--examples", type=click.IntRange(0, 20), default=3, show_default=True, help="Situations per text.")
@click.option(
    "--plain",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Also a folder whose queries repeat each other too much to serve as examples.",
)
@click.option("--judged", is_flag=True, help="Also on the half of the judged queries that is for tuning.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to; the weights that come with Portico by default.")
def train_weights(
    folders: tuple[Path, ...], plain: tuple[Path, ...], examples: int, judged: bool, out: Path | None
) -> None:
    """Find the weights of the ranking that fit the queries of folders as `search evaluate` takes them.

    With --judged also those that fit the judged queries, over the index as it is. The same input gives the same file.
    """
    more = {}
    if judged:
        sets = read_judgements()
        more = {
            name: judged_samples(query for query in queries if query.split == "tune")
            for name, queries in (("keywords", sets.keywords), ("situations", sets.situations))
        }
    if not folders and not plain and not judged:
        raise click.UsageError("Nothing to learn from: name a folder, or --judged.")
    try:
        model = train_on(folders, plain=plain, examples=examples, more=more)
    except BadBenchmark as error:
        raise click.ClickException(str(error)) from error
    path = out or SHIPPED
    path.write_text(model.dump(), encoding="utf-8")
    click.echo(f"Weights are in {path}.")

"""`flask search …`: build the index, measure it."""

from pathlib import Path

import click
from flask.cli import AppGroup

from ..search.engine import IndexBusy
from ..search.evaluate import BadBenchmark, evaluate
from ..search.operations import rebuild_index

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


@search_cli.command("evaluate")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--lang", help="Language of the documents; guessed from their words when absent.")
def evaluate_folder(folder: Path, lang: str | None) -> None:
    """Index the documents of DIR in a temporary place and score the search over its queries."""
    try:
        figures = evaluate(folder, lang)
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

"""`flask related …`: publish what visits teach, measure it, and say why a service is shown."""

from pathlib import Path

import click

from ..catalogue.places.queries import place_by_key
from ..catalogue.queries import service_ids_by_slug, service_titles
from ..database import transaction
from ..i18n import DEFAULT_LANGUAGE
from ..related.evaluate import BadVisits, Figures, evaluate
from ..related.operations.counting import publish, take_in
from ..related.queries.lists import Asked, suggestions
from ..related.rules.behaviour import BETA
from ..related.visits import idle_time
from .groups import CommandGroup

related_cli = CommandGroup("related", help="Related services: publish, measure, explain.")


@related_cli.command("rebuild")
def rebuild_command() -> None:
    """Count the visits that have ended and publish a snapshot, if enough of them came in."""
    counted = 0
    while True:
        with transaction():
            taken = take_in(idle_time())
        counted += taken
        if not taken:
            break
    with transaction():
        snapshot = publish(at_once=True)
        told = (
            f"published; {100 * snapshot.changed:.0f} % of the links changed" if snapshot and snapshot.changed else ""
        )
        pairs = sum(map(len, snapshot.pairs.values())) if snapshot else 0
    click.echo(f"{counted} visits counted")
    click.echo(f"{told or 'published'}: {pairs} pairs" if snapshot else "nothing published: too few new visits")


@related_cli.command("evaluate")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--k", default=10, show_default=True, help="Visits that must stand behind anything that is told.")
@click.option("--beta", default=BETA, show_default=True, help="0: what most do next; 0.4: what is specific.")
@click.option("--visits", type=click.IntRange(1), help="Learn from so many visits, drawn at random.")
def evaluate_command(folder: Path, k: int, beta: float, visits: int | None) -> None:
    """Learn from the visits of a folder and score its cases; in per cent."""
    try:
        figures = evaluate(folder, k, beta, visits)
    except BadVisits as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"learned from {figures.visits} visits, k = {k}")
    for line in _lines(figures):
        click.echo(line)


def _lines(figures: Figures) -> list[str]:
    rows = [f"{name:<8} rank score {figures.rank[name]:5.1f}   hit@5 {figures.hit[name]:5.1f}" for name in figures.rank]
    return [*rows, f"{'mean':<8} rank score {figures.mean:5.1f}"]


@related_cli.command("explain")
@click.argument("slug")
@click.option("--place", help="Key of a place: 21201, US-MD.")
def explain_command(slug: str, place: str | None) -> None:
    """What is shown beside a service, and all that speaks for each."""
    ids = service_ids_by_slug([slug])
    if slug not in ids:
        raise click.ClickException(f"There is no service {slug!r}.")
    found = place_by_key(place) if place else None
    if place and found is None:
        raise click.ClickException(f"There is no place {place!r}.")
    titles = service_titles(DEFAULT_LANGUAGE)
    for number, one in enumerate(suggestions(Asked((ids[slug],), place=found)), start=1):
        click.echo(f"{number}. {titles[one.target]}: {one.reason.kind}, {one.score:.4f}")
        for term in one.terms:
            detail = f" {term.reason.name}" if term.reason.name else ""
            click.echo(f"     {term.reason.kind}{detail} {term.score:.4f}")

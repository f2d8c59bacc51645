"""``flask catalogue``: take in what others publish."""

import datetime
from pathlib import Path

import click

from .. import jobs
from ..catalogue.imports.operations import OUTCOMES, ImportReport, TooManyWithdrawn, import_source
from ..catalogue.imports.readers import FORMATS, UnreadableSource, read_source, source_info
from ..catalogue.imports.records import KINDS, Trouble
from ..database import transaction
from ..i18n import DEFAULT_LANGUAGE
from ..intents.classification import apply_rules, services_to_classify
from ..intents.classification_files import BadVocabulary, read_vocabularies, reference_problems
from ..intents.coverage import LACKS, coverage, uncovered_values, work_list
from ..intents.listeners import UPDATE_INDEX
from ..intents.queries import known_slugs
from ..search.engine import IndexBusy
from ..search.operations import rebuild_index
from .groups import CommandGroup

catalogue_cli = CommandGroup("catalogue", help="Catalogues of other publishers.")
MAPPINGS = Path(__file__).parents[1] / "catalogue" / "imports" / "mappings"
# From so many changes on, one new index is made sooner than the old one is brought up to date.
REBUILD_FROM = 200
WAIT_FOR_WRITER = 10.0
# Services of the work list that are read at a time.
PAGE = 200


@catalogue_cli.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(sorted(FORMATS)))
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--mapping", metavar="FILE", help="A mapping file, or the name of one that ships with Portico.")
@click.option("--source", metavar="NAME", help="Key of the source, if not the mapping's own.")
@click.option("--dry-run", is_flag=True, help="Report what would happen, and change nothing.")
@click.option("--allow-withdrawals", is_flag=True, help="Believe a source that lost most of its services.")
def import_catalogue(
    form: str, path: Path, mapping: str | None, source: str | None, dry_run: bool, allow_withdrawals: bool
) -> None:
    """Take in an edition of a catalogue: FORMAT is what it is, PATH its file or folder."""
    begun = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    file = _mapping_file(mapping) if mapping else None
    try:
        info = source_info(form, path, file)
        incoming = list(read_source(form, path, file))
    except UnreadableSource as error:
        raise click.ClickException(str(error)) from error
    if source:
        info = info.named(source)
    with click.progressbar(length=len(incoming), label=f"{info.title}: importing") as bar:
        try:
            report = import_source(
                info,
                incoming,
                form=form,
                dry_run=dry_run,
                allow_withdrawals=allow_withdrawals,
                progress=lambda: bar.update(1),
            )
        except TooManyWithdrawn as error:
            raise click.ClickException(f"{error}; nothing was withdrawn. See --allow-withdrawals.") from error
    _tell(report, dry_run)
    if not dry_run and report.changes >= REBUILD_FROM:
        click.echo("making the search index anew")
        try:
            rebuild_index(wait=WAIT_FOR_WRITER)
        except IndexBusy:
            click.echo("the index is being written by another process; the outbox brings it up to date")
        else:
            with transaction():
                jobs.discard(UPDATE_INDEX, begun)


@catalogue_cli.command("classify")
def classify() -> None:
    """Bring the profiles and intents of all services up to date with the rule files. Running it again does nothing."""
    rules, problems = read_vocabularies()
    if problems:
        raise click.ClickException(str(BadVocabulary(problems)))
    # A portal with content of its own may do without some of the profiles and intents.
    for problem in reference_problems(rules, **known_slugs()):
        click.echo(f"left out {problem}", err=True)
    total = changed = 0
    for batch in list(services_to_classify()):
        with transaction():
            changed += len(apply_rules(batch, rules))
        total += len(batch)
    click.echo(f"{total:,} services with words of a source: {changed:,} changed, {total - changed:,} unchanged")


@catalogue_cli.command("coverage")
@click.option("--source", metavar="KEY", help='One source only; "own" for services of none.')
@click.option("--list", "lacking", type=click.Choice(LACKS), help="List the services that lack this, with suggestions.")
def tell_coverage(source: str | None, lacking: str | None) -> None:
    """Count the offered services without a profile, an intent or a language, and the words that no rule covers."""
    rows = coverage()
    if source and source not in {row.source for row in rows}:
        raise click.ClickException(f"There is no service of a source {source}")
    if lacking:
        return _list_lacking(lacking, source)
    click.echo(f"{'source':<24}{'services':>10}" + "".join(f"{'no ' + name:>12}" for name in LACKS))
    for row in rows:
        if source in (None, row.source):
            cells = "".join(f"{row.without[name]:>12,}" for name in LACKS)
            click.echo(f"{row.source or 'all':<24}{row.services:>10,}{cells}")
    for word in uncovered_values():
        click.echo(f"no rule: {word.scheme}: {word.value} ({word.services:,} services)")


def _list_lacking(lacking: str, source: str | None) -> None:
    offset = 0
    while page := work_list(DEFAULT_LANGUAGE, lacking, source, offset, PAGE):
        for item in page:
            click.echo(f"{item.slug}: {item.title} ({item.agency})")
            for one in item.suggestions:
                click.echo(f"    {one.slug}? {', '.join(one.evidence)}")
        offset += PAGE


def _mapping_file(name: str) -> Path:
    shipped = MAPPINGS / f"{Path(name).stem}.yaml"
    return shipped if not Path(name).exists() and shipped.exists() else Path(name)


def _tell(report: ImportReport, dry_run: bool) -> None:
    for trouble in report.troubles:
        click.echo(_line(trouble), err=True)
    click.echo(f"{'':<10}" + "".join(f"{outcome:>11}" for outcome in OUTCOMES))
    for kind in KINDS:
        click.echo(f"{kind:<10}" + "".join(f"{report.counts[kind][outcome]:>11,}" for outcome in OUTCOMES))
    refused = sum(trouble.refused for trouble in report.troubles)
    click.echo(f"{refused} refused, {len(report.troubles) - refused} mended, {report.conflicts} conflicts to decide")
    if report.kept_open:
        click.echo(report.kept_open)
    if dry_run:
        click.echo("a dry run: nothing was changed")


def _line(trouble: Trouble) -> str:
    what = "refused" if trouble.refused else "mended"
    return f"{what} {trouble.place.file}: {trouble.place.record or '-'}: {trouble.field or '-'}: {trouble.reason}"

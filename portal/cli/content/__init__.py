"""``flask content``: the files of ``portal/content`` checked, and loaded into the database."""

from pathlib import Path

import click

from ...judgements import FOLDER as JUDGEMENTS
from ..groups import CommandGroup
from .checks import check_completeness, check_emergencies, check_references, check_understanding, check_vocabularies
from .files import CONTENT, read_content
from .judgements import judgement_problems
from .load import load_content

content_cli = CommandGroup("content", help="Content files: check them, load them.")
_FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=CONTENT, required=False
)


@content_cli.command("check")
@_FOLDER
def check_command(folder: Path) -> None:
    """Check shape, references, languages and plain words of all content files, vocabularies and cues."""
    content = read_content(folder)
    check_references(content)
    check_completeness(content)
    check_emergencies(content)
    if folder == CONTENT:
        check_vocabularies(content)
        check_understanding(content)
    if (folder / JUDGEMENTS).is_dir():
        content.problems += judgement_problems(folder, content)
    for problem in sorted(set(content.problems)):
        click.echo(problem)
    counts = ", ".join(f"{len(records)} {kind}" for kind, records in content.kinds())
    click.echo(f"{counts}: {len(set(content.problems)) or 'no'} problems")
    if content.problems:
        raise SystemExit(1)


@content_cli.command("load")
@_FOLDER
def load_command(folder: Path) -> None:
    """Load all sound records; report the others and exit with 1."""
    report = load_content(folder)
    for kind, outcomes in report.outcomes.items():
        click.echo(f"{kind}: " + ", ".join(f"{outcomes[name]} {name}" for name in ("added", "changed", "unchanged")))
    for problem in report.problems:
        click.echo(f"refused {problem}", err=True)
    if report.problems:
        raise SystemExit(1)

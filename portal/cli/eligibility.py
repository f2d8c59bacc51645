"""``flask eligibility``: the rules checked, and a household screened."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import click

from ..caching import today
from ..eligibility.rules import checks
from ..eligibility.rules.facts import fact_from
from ..eligibility.rules.ruleset import Rulebook
from ..eligibility.samples import service_rule
from .content.checks import LANGUAGES
from .content.files import CONTENT, Content, read_content
from .groups import CommandGroup

eligibility_cli = CommandGroup("eligibility", help="Who can get what: check the rules.")


@eligibility_cli.command("check")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=CONTENT, required=False
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to check; today unless told.")
@click.option("--service", "only", help="Check the rule of this service alone.")
def check_command(folder: Path, on: datetime.datetime | None, only: str | None) -> None:
    """Check facts, parameters, rules and sample households of the content files."""
    day = on.date() if on else today()
    content = read_content(folder)
    if not content.service:
        raise click.UsageError(f"{folder} holds no services")
    if only and only not in content.service:
        raise click.BadParameter(f"there is no service {only}", param_hint="--service")
    problems = [str(problem) for problem in content.problems if problem.file.split("/")[0] in _FOLDERS]
    found = sorted(set(faults(content, day, only)))
    for line in [*problems, *(f"{one.kind} {one.key}: {one.path or '-'}: {one.reason}" for one in found)]:
        click.echo(line)
    checked = [content.service[only]] if only else list(content.service.values())
    samples = sum(len(service.get("households", ())) for service in checked)
    count = len(problems) + len(found)
    click.echo(
        f"{len(content.fact)} facts, {len(content.parameter)} parameters, {len(checked)} rules, "
        f"{samples} sample households on {day.isoformat()}: {count or 'no'} problems"
    )
    if count:
        raise SystemExit(1)


_FOLDERS = ("facts", "parameters", "services", "households")


def faults(content: Content, day: datetime.date, only: str | None = None) -> Iterator[checks.Fault]:
    """Everything that is wrong with the facts, parameters, rules and sample households of content files."""
    book = rulebook_of(content)
    for rule in book.rules:
        if only not in (None, rule.service):
            continue
        households = content.service[rule.service].get("households", [])
        for path, reason in (
            *checks.rule_faults(book, rule, day),
            *checks.text_faults(book, rule, LANGUAGES),
            *checks.household_faults(book, rule, households, day),
        ):
            yield checks.Fault("service", rule.service, path, reason)
    if only:
        return
    for fact in book.facts.values():
        for reason in checks.fact_faults(fact, book.facts):
            yield checks.Fault("fact", fact.key, "", reason)
    for key in checks.unused_facts(book):
        yield checks.Fault("fact", key, "", "no rule needs it")
    for key, parameter in content.parameter.items():
        for reason in checks.parameter_faults(parameter, day):
            yield checks.Fault("parameter", key, "", reason)


def rulebook_of(content: Content) -> Rulebook:
    """The rules of content files."""
    return Rulebook(
        {key: fact_from(record) for key, record in content.fact.items()},
        content.parameter,
        [rule for record in content.service.values() if (rule := service_rule(record))],
    )

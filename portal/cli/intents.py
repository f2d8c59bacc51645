"""`flask intents …`: measure how words are understood."""

import click

from ..intents import queries
from ..intents.understanding.judging import Fault, judge_crisis, judge_situations
from ..judgements import SPLITS, read_judgements
from .groups import CommandGroup

intents_cli = CommandGroup("intents", help="Life events, needs and profiles, and what words mean.")


@intents_cli.command("evaluate")
@click.option("--split", type=click.Choice(SPLITS), help="One half; without it both.")
@click.option("--misses", is_flag=True, help="List what was not understood as judged.")
def evaluate_command(split: str | None, *, misses: bool) -> None:
    """Score how the judged situations and words of danger are understood, against the database as it is."""
    judgements = read_judgements()
    for half in (split,) if split else SPLITS:
        situations = judge_situations([one for one in judgements.situations if one.split == half], queries.understand)
        alarms = judge_crisis(
            [one for one in judgements.crisis if one.split == half],
            [one for one in judgements.harmless if one.split == half],
            queries.emergency_slugs,
        )
        for name, value in (
            ("situations", f"{situations.situations}"),
            *(
                (name, f"F1 {counts.f1:.1f} %, precision {counts.precision:.1f} %, recall {counts.recall:.1f} %")
                for name, counts in (("intents", situations.intents), ("profiles", situations.profiles))
            ),
            ("time", f"{situations.milliseconds:.1f} ms (median)"),
            ("danger", f"{alarms.recall:.1f} % of {alarms.dangers} seen, {len(alarms.missed)} missed"),
            ("harmless", f"{alarms.false_alarms:.1f} % of {alarms.harmless} flagged"),
        ):
            click.echo(f"{half:<6} {name:<11} {value}")
        for fault in (*situations.faults, *alarms.missed, *alarms.flagged) if misses else ():
            click.echo(_line(fault))


def _line(fault: Fault) -> str:
    differences = [f"-{one}" for one in fault.missed] + [f"+{one}" for one in fault.besides]
    return f"{fault.id} {fault.text}\n    {' '.join(differences)}"

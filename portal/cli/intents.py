"""`flask intents …`: measure how words are understood."""

from collections.abc import Iterator
from pathlib import Path

import click

from ..intents import queries
from ..intents.understanding.files import shipped_cues
from ..intents.understanding.judging import Fault, judge_crisis, judge_situations
from ..intents.understanding.learning import Example, keys_of, learn, read_examples
from ..intents.understanding.phrases import PhraseIndex
from ..intents.understanding.rules import evidence_in
from ..intents.understanding.weights import SHIPPED
from ..judgements import SPLITS, read_judgements
from .content.files import read_content
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


@intents_cli.command("learn")
@click.option("--out", type=click.Path(path_type=Path), help="Where to; the weights that come with Portico by default.")
def learn_command(out: Path | None) -> None:
    """Find the weights of words: from the examples, what intents are asked by, and the half that is for tuning."""
    cues = shipped_cues().with_phrases(PhraseIndex(), {})
    judged = [one for one in read_judgements().situations if one.split == "tune"]
    examples = [
        *read_examples(),
        *(Example(one.text, keys_of(one.intents, one.profiles)) for one in judged),
        *_sayings(),
    ]
    weights = learn(examples, lambda one: evidence_in(one.text, cues))
    path = out or SHIPPED
    path.write_text(weights.dump(), encoding="utf-8")
    click.echo(f"{len(examples)} examples, {sum(map(len, weights.table.values()))} weights in {path}")


def _sayings() -> Iterator[Example]:
    """What intents are asked by. It tells what they are about, and nothing of profiles."""
    for slug, record in read_content().intent.items():
        for name in ("also_asked_as", "situations", "synonyms"):
            for texts in (record.get(name) or {}).values():
                yield from (Example(text, keys_of([slug], []), ("intent",)) for text in texts)


def _line(fault: Fault) -> str:
    differences = [f"-{one}" for one in fault.missed] + [f"+{one}" for one in fault.besides]
    return f"{fault.id} {fault.text}\n    {' '.join(differences)}"

"""`flask intents …`: measure how words are understood."""

from collections.abc import Iterator
from pathlib import Path

import click

from ..intents import queries
from ..intents.understanding.cues import Words
from ..intents.understanding.dangers import Dangers, dangers_from, emergencies_in
from ..intents.understanding.files import read_signs, shipped_cues, shipped_signs
from ..intents.understanding.judging import Fault, judge_crisis, judge_situations
from ..intents.understanding.learning import (
    Example,
    danger_examples,
    keys_of,
    learn,
    read_dangers,
    read_examples,
    read_harmless,
)
from ..intents.understanding.phrases import PhraseIndex
from ..intents.understanding.rules import evidence_in
from ..intents.understanding.signs import signs_from
from ..intents.understanding.weights import SHIPPED, SHIPPED_DANGER, Weights, features_of
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
@click.option("--danger", is_flag=True, help="The weights of danger; without it those of intents and profiles.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to; the weights that come with Portico by default.")
def learn_command(out: Path | None, *, danger: bool) -> None:
    """Find the weights of words: from the examples, what intents are asked by, and the half that is for tuning."""
    examples, weights = _learn_danger() if danger else _learn_meaning()
    path = out or (SHIPPED_DANGER if danger else SHIPPED)
    path.write_text(weights.dump(), encoding="utf-8")
    click.echo(f"{examples} examples, {sum(map(len, weights.table.values()))} weights in {path}")


@intents_cli.command("danger")
@click.argument("text")
def danger_command(text: str) -> None:
    """Say which emergencies are seen in a text, and which signs and words speak for and against danger."""
    signs = shipped_signs()
    click.echo(" ".join(queries.emergency_slugs(text)) or "none")
    for slug, value in signs.weigh(text).items():
        told = ", ".join(f"{one} {weight:+.2f}" for one, weight in signs.reasons(text, slug)[:_REASONS])
        click.echo(f"{slug} {value:+.2f}: {told}")


_REASONS = 12
# Texts that speak of these may be words of danger, and nobody has judged whether they are.
_NEAR_DANGER = frozenset(["get-safe-from-violence", "mental-health-and-addiction"])


def _learn_danger() -> tuple[int, Weights]:
    judgements = read_judgements()
    dangers = [(text, frozenset([slug])) for slug, text in read_dangers()]
    dangers += [(one.text, frozenset(one.emergencies)) for one in judgements.crisis]
    everyday = [one for one in judgements.situations if one.split == "tune" and not _NEAR_DANGER & set(one.intents)]
    # Not the stories in many voices: beside so much that is harmless, cries for help were outweighed.
    short = read_examples(pattern="??.yaml")
    told = [one for one in short if not {("intent", slug) for slug in _NEAR_DANGER} & one.keys]
    unjudged = [*(one.text for one in everyday), *(one.text for one in told)]
    dangers_by_cues = _cues_of_danger()
    harmless = [*read_harmless(), *(one.text for one in judgements.harmless)]
    harmless += [text for text in unjudged if not emergencies_in(text, dangers_by_cues)]
    examples = danger_examples(dangers, harmless)
    signs = signs_from(read_signs(), _words(), Weights({}))
    weights = learn(examples, lambda one: dict.fromkeys(sorted(signs.features(one.text)), 1.0), often=2)
    return len(examples), weights


def _cues_of_danger() -> Dangers:
    records = read_content().emergency
    return dangers_from({slug: (one["phrases"], one.get("not_phrases", {})) for slug, one in records.items()}, _words())


def _words() -> dict[str, Words]:
    return {lang: rules.words for lang, rules in shipped_cues().languages.items()}


def _learn_meaning() -> tuple[int, Weights]:
    cues = shipped_cues().with_phrases(PhraseIndex(), {})
    judged = [one for one in read_judgements().situations if one.split == "tune"]
    examples = [
        *read_examples(),
        *(Example(one.text, keys_of(one.intents, one.profiles)) for one in judged),
        *_sayings(),
    ]
    return len(examples), learn(examples, lambda one: features_of(*evidence_in(one.text, cues)))


def _sayings() -> Iterator[Example]:
    """What intents are asked by. It tells what they are about, and nothing of profiles."""
    for slug, record in read_content().intent.items():
        for name in ("also_asked_as", "situations", "synonyms"):
            for texts in (record.get(name) or {}).values():
                yield from (Example(text, keys_of([slug], []), ("intent",)) for text in texts)


def _line(fault: Fault) -> str:
    differences = [f"-{one}" for one in fault.missed] + [f"+{one}" for one in fault.besides]
    return f"{fault.id} {fault.text}\n    {' '.join(differences)}"

"""What each piece of evidence is worth: a readable file of weights, found by `flask search train`."""

import json
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .features import NAMES, Features

SHIPPED = Path(__file__).parent / "weights.json"
SHAPES = ("keywords", "question", "story", "story_and_question")


class BadModel(ValueError):
    """A file of weights is not one; the message says why."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights per shape of query, in the order of the features. None is negative, so no evidence counts against."""

    weights: Mapping[str, tuple[float, ...]]

    def score(self, shape: str, features: Features) -> float:
        """The sum of what speaks for a document, each by its weight. Never negative."""
        return float(sum(map(operator.mul, features, self.weights[shape])))

    def dump(self) -> str:
        """The file: one line per feature, with its weight in each shape of query."""
        rows = [
            f'  "{name}": ' + json.dumps({shape: round(self.weights[shape][place], 4) for shape in SHAPES})
            for place, name in enumerate(NAMES)
        ]
        return "{\n" + ",\n".join(rows) + "\n}\n"

    @classmethod
    def parse(cls, text: str) -> "Model":
        """The model of a file. Raises BadModel."""
        try:
            table = json.loads(text)
            weights = {shape: tuple(float(table[name][shape]) for name in NAMES) for shape in SHAPES}
        except (ValueError, TypeError, KeyError) as error:
            raise BadModel(f"Not a file of weights: {error!r}") from error
        if set(table) != set(NAMES) or any(not 0 <= value < 1_000 for row in weights.values() for value in row):
            raise BadModel("Not a file of weights: unknown features, or weights that are negative or too large.")
        return cls(weights)


@cache
def shipped_model() -> Model:
    """The weights that come with Portico."""
    return Model.parse(SHIPPED.read_text(encoding="utf-8"))

"""What was measured: lines with their bars, printed as tables and written as JSON.

A line is named ``part/row/column``; each part becomes one table.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Line:
    """One figure. ``bar`` is the least or, with ``at_most``, the greatest that it may be; None where nothing is asked.

    A line without a figure was left out; its unit then says why.
    """

    name: str
    figure: float | None
    unit: str
    bar: float | None = None
    at_most: bool = True

    @property
    def holds(self) -> bool | None:
        if self.bar is None or self.figure is None:
            return None
        return self.figure <= self.bar if self.at_most else self.figure >= self.bar

    @property
    def asked(self) -> str:
        return "" if self.bar is None else f"{'≤' if self.at_most else '≥'} {self.bar:g}"

    def as_json(self) -> dict[str, Any]:
        figure = None if self.figure is None else float(f"{self.figure:.4g}")
        return {"name": self.name, "figure": figure, "unit": self.unit, "bar": self.bar, "holds": self.holds}


def left_out(name: str, reason: str) -> Line:
    return Line(name, None, f"left out: {reason}")


def tables(lines: Sequence[Line]) -> str:
    """A table for each part with a row for each thing measured, then every bar, then what was left out and why."""
    blocks = []
    parts = dict.fromkeys(line.name.split("/")[0] for line in lines)
    for part in parts:
        cells = {
            tuple(line.name.split("/")[1:]): line
            for line in lines
            if line.name.startswith(f"{part}/") and line.figure is not None
        }
        columns = list(dict.fromkeys(column for _, column in cells))
        units = {column: line.unit for (_, column), line in cells.items()}
        heads = [part, *(f"{column} {units[column]}".strip() for column in columns)]
        rows = [
            [row, *(_cell(cells.get((row, column))) for column in columns)]
            for row in dict.fromkeys(row for row, _ in cells)
        ]
        if rows:
            blocks.append(_aligned([heads, *rows]))
    barred = [line for line in lines if line.bar is not None and line.figure is not None]
    if barred:
        rows = [[line.name, _number(line), line.asked, "holds" if line.holds else "FALLS SHORT"] for line in barred]
        blocks.append(_aligned([["bar", "figure", "asked", ""], *rows]))
        blocks.append(f"{sum(bool(line.holds) for line in barred)} of {len(barred)} bars hold")
    missing = [f"{line.name} {line.unit}" for line in lines if line.figure is None]
    return "\n\n".join([*blocks, *missing])


def write(lines: Iterable[Line], path: Path = RESULTS) -> None:
    """Write the lines as a JSON list of name, figure, unit, bar and holds."""
    path.write_text(json.dumps([line.as_json() for line in lines], indent=1) + "\n")


def _cell(line: Line | None) -> str:
    return "" if line is None else _number(line)


def _number(line: Line) -> str:
    figure = line.figure or 0.0
    return f"{figure:,.0f}" if abs(figure) >= 100 or figure == int(figure) else f"{figure:.3g}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    written = []
    for row in rows:
        first, *rest = (
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        written.append("  ".join((first, *rest)).rstrip())
    return "\n".join([written[0], "-" * max(map(len, written)), *written[1:]])

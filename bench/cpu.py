"""CPU time and database statements of single pages, called in process: the steadiest figures there are.

All applications live in one fresh process and take turns page by page: whatever disturbs one disturbs the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .instances import in_own_process

LIMIT_SECONDS = 600
HELLO = "hello"


@dataclass(frozen=True)
class Cost:
    """What the pages of one kind cost: CPU milliseconds, bytes, and the fewest and most statements of a page.

    ``least`` is the mean of each page's cheapest call, and hardly noisy.
    """

    p50: float
    least: float
    size: int
    fewest_statements: int
    most_statements: int


def measure(
    instances: Mapping[str, Path], paths: Mapping[str, Sequence[str]], rounds: int
) -> dict[str, dict[str, Cost]]:
    """Costs by application and kind of page, in a fresh process; under ``HELLO`` those of the bare application.

    The pages must exist in each instance. Raises LeftOut where one of them does not answer with 200.
    """
    job = {
        "instances": {name: str(folder) for name, folder in instances.items()},
        "paths": {kind: list(listed) for kind, listed in paths.items()},
        "rounds": rounds,
    }
    found = in_own_process("bench.cpu_job", job, seconds=LIMIT_SECONDS, extra={"PORTAL_LOG_LEVEL": "ERROR"})
    return {name: {kind: Cost(**cost) for kind, cost in costs.items()} for name, costs in found.items()}

"""What a screening means for the visit that it is part of."""

from ..eligibility.events import AnswersDeleted, ResultsShown
from ..events import listens_to
from .queries.lists import noted_of
from .store import Visit
from .visits import forget, note


@listens_to(ResultsShown)
def note_likely(fact: ResultsShown) -> None:
    """Note what is likely. While a page is read it needs a transaction of its own, which only a visit begins."""

    def apply(visit: Visit) -> None:
        for service in noted_of(fact.likely):
            visit.note(service, "likely")

    note(apply)


@listens_to(AnswersDeleted)
def forget_visit(_fact: AnswersDeleted) -> None:
    """Whoever deletes their answers wants nothing kept."""
    forget()

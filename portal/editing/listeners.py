"""What the history notes of changes that others make. Runs inside the transaction of the change."""

from ..catalogue.events import ServiceImported
from ..events import listens_to
from .operations import note_import


@listens_to(ServiceImported)
def note_imported_service(fact: ServiceImported) -> None:
    note_import(fact.service_id, fact.source)

"""Facts of the catalogue that others react to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceChanged:
    """A service was added, or what the public sees of it changed."""

    service_id: int


@dataclass(frozen=True)
class AgencyChanged:
    """An agency was added, or what the public sees of it changed."""

    agency_id: int

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


@dataclass(frozen=True)
class ServiceImported:
    """A source brought a service in or up to date; ``source`` is its key."""

    service_id: int
    source: str


@dataclass(frozen=True)
class ServiceTermsChanged:
    """A service has other words of a source's vocabulary than before."""

    service_id: int

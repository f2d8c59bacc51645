"""Tables of the gazetteer. They are filled from a package and may be emptied and filled again at any time."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ...extensions import Model


class GazetteerEdition(Model):
    """One row: which edition the tables were filled with."""

    __tablename__ = "gazetteer_edition"

    edition: Mapped[str] = mapped_column(sa.String(20), primary_key=True)


class Postcode(Model):
    """A postcode, its usual city, and the most precise area that is known of it."""

    __tablename__ = "postcode"

    code: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    city: Mapped[str] = mapped_column(sa.String(60))
    area: Mapped[str] = mapped_column(sa.String(80))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class NamedPlace(Model):
    """A county, or a city within one county, by a name that people use for it.

    ``folded`` is the name as ``rules.fold`` gives it; ``postcodes`` says how many there are, as a measure of size.
    """

    __tablename__ = "named_place"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    folded: Mapped[str] = mapped_column(sa.String(80), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    state: Mapped[str] = mapped_column(sa.String(5))
    postcodes: Mapped[int]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

"""Tables of screening: the facts that can be asked, and the answers of people who are being screened."""

import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..catalogue.models import new_uid
from ..extensions import Json, Model, Translations


class FactRecord(Model):
    """One thing that can be known about a person.

    ``values`` is its whole record as ``content/schema.json`` describes it; ``slug`` is its key there.
    """

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    question: Mapped[Translations]
    values: Mapped[dict[str, Any]] = mapped_column(Json)


class Screening(Model):
    """The answers of one visit, sealed under a key that only the visitor's browser has.

    ``box`` is unreadable without that key, and ``code_box``, which holds the key, without the code to come back with.
    """

    __tablename__ = "screening"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    box: Mapped[str] = mapped_column(sa.Text)
    used_at: Mapped[datetime.datetime] = mapped_column(index=True)
    code_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    code_box: Mapped[str | None] = mapped_column(sa.Text)
    code_until: Mapped[datetime.datetime | None]

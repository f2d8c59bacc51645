"""Extension objects, made here once and bound to the application in ``create_app``."""

from typing import Any, ClassVar

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import JSON, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

# JSON text that PostgreSQL keeps parsed.
Json = JSON().with_variant(JSONB(), "postgresql")

# One text in each language, or a list of phrases in each.
Translations = dict[str, str]
Phrases = dict[str, list[str]]


class Model(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {Translations: Json, Phrases: Json}


# Tables derive from Model, which the type checker understands; only sessions and engines come from the extension.
db = SQLAlchemy(metadata=Model.metadata)
migrate = Migrate()
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)

"""The base of every table class. Classes declare columns for migrations only; running code speaks SQL."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Identity,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Xid8(UserDefinedType[int]):
    """A transaction id that never wraps, compared with `pg_snapshot_xmin` to find what changed since."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "XID8"


# SQLAlchemy knows no xid8 of its own and would warn on reflection
ischema_names["xid8"] = Xid8


class Zoned(DateTime):
    """timestamptz; SQLModel takes a class where DateTime would need an argument."""

    def __init__(self, timezone: bool = True) -> None:
        super().__init__(timezone=timezone)


class Texts(ARRAY[str]):
    """text[]"""

    def __init__(self, item_type: type[Text] = Text) -> None:
        super().__init__(item_type)


class OctetStrings(ARRAY[bytes]):
    """bytea[]"""

    def __init__(self, item_type: type[LargeBinary] = LargeBinary) -> None:
        super().__init__(item_type)


class Uuids(ARRAY[UUID]):
    """uuid[]"""

    def __init__(self, item_type: type[Uuid[UUID]] = Uuid) -> None:
        super().__init__(item_type)


Key = Annotated[UUID, Field(primary_key=True)]
Words = Annotated[str, Field(sa_type=Text)]
KeyNumber = Annotated[int, Field(primary_key=True)]
KeyBig = Annotated[int, Field(sa_type=BigInteger, primary_key=True)]
KeyOctets = Annotated[bytes, Field(sa_type=LargeBinary, primary_key=True)]
KeyWords = Annotated[str, Field(sa_type=Text, primary_key=True)]
MaybeWords = Annotated[str | None, Field(sa_type=Text)]
WordList = Annotated[list[str], Field(sa_type=Texts)]
IdList = Annotated[list[UUID], Field(sa_type=Uuids)]
Instant = Annotated[datetime, Field(sa_type=Zoned)]
MaybeInstant = Annotated[datetime | None, Field(sa_type=Zoned)]
Big = Annotated[int, Field(sa_type=BigInteger)]
MaybeBig = Annotated[int | None, Field(sa_type=BigInteger)]
Small = Annotated[int, Field(sa_type=SmallInteger)]
Real = Annotated[float, Field(sa_type=Double)]
MaybeReal = Annotated[float | None, Field(sa_type=Double)]
MaybeExact = Annotated[Decimal | None, Field(sa_type=Numeric)]
Octets = Annotated[bytes, Field(sa_type=LargeBinary)]
OctetsList = Annotated[list[bytes], Field(sa_type=OctetStrings)]
MaybeOctets = Annotated[bytes | None, Field(sa_type=LargeBinary)]
Json = Annotated[dict[str, Any], Field(sa_type=JSONB)]
MaybeJson = Annotated[dict[str, Any] | None, Field(sa_type=JSONB)]
ChangedXid = Annotated[int, Field(sa_type=Xid8)]
Numbered = Annotated[int, Field(sa_type=BigInteger, primary_key=True, sa_column_args=(Identity(always=True),))]


class Table(SQLModel):
    """Columns and nothing else: `table=True` classes neither validate nor refuse unknown keywords."""

    metadata: ClassVar[MetaData] = METADATA


def foreign(columns: str, table: str, cascade: bool = False) -> ForeignKeyConstraint:
    """A foreign key named by the convention: `tenant_id lot_id` refers to the primary key of `table`."""
    own = columns.split()
    keys = ["id"] if len(own) == 1 else ["tenant_id", "id"]
    return ForeignKeyConstraint(own, [f"{table}.{key}" for key in keys], ondelete="CASCADE" if cascade else None)

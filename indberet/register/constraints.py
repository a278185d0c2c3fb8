"""Structure that the database itself guards, written the same for SQLite and PostgreSQL."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func


class IsObject(Func):
    """True when a JSON column holds an object."""

    output_field = BooleanField()
    conditional = True

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(JSON_TYPE(%(expressions)s) = 'object')", **context)

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(jsonb_typeof(%(expressions)s) = 'object')", **context)

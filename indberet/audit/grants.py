"""The two roles on PostgreSQL: the owner, who runs `indberet migrate`, and the application's, which serves."""

import re

from django.db import connection, transaction

from .guards import PURGE, TABLES

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_READ_ONLY = "django_migrations"


class CannotGrant(Exception):
    """There is nothing to grant here; the message says why."""


def statements(role: str) -> list[str]:
    """What the owner has to say so that `role` can run everything but `migrate`: it reads and writes all tables, but
    events, links and anchors it can only add. Raises CannotGrant."""
    if connection.vendor != "postgresql":
        raise CannotGrant("The database is SQLite, which has no roles.")
    if not _NAME.fullmatch(role):
        raise CannotGrant(f"'{role}' is not the name of a role: letters, digits and underscores.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        tables = sorted(connection.introspection.table_names(cursor))
    quoted = connection.ops.quote_name(role)
    writes = [table for table in tables if table not in (*TABLES, _READ_ONLY)]
    return [
        f"GRANT USAGE ON SCHEMA {schema} TO {quoted};",
        *(f"REVOKE ALL ON {_quoted(schema, table)} FROM {quoted};" for table in (*TABLES, _READ_ONLY)),
        *(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {_quoted(schema, table)} TO {quoted};" for table in writes),
        *(f"GRANT SELECT, INSERT ON {_quoted(schema, table)} TO {quoted};" for table in TABLES),
        f"GRANT SELECT ON {_quoted(schema, _READ_ONLY)} TO {quoted};",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {quoted};",
        f"GRANT EXECUTE ON FUNCTION {schema}.{PURGE}(bigint) TO {quoted};",
    ]


def apply(role: str) -> None:
    """Says it. Raises CannotGrant."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)


def may_change_events() -> bool:
    """Whether this connection could change events, had they no triggers; always so on SQLite."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('audit_event', 'UPDATE, DELETE, TRUNCATE')")
        return bool(cursor.fetchone()[0])


def _quoted(schema: str, table: str) -> str:
    return f"{schema}.{connection.ops.quote_name(table)}"

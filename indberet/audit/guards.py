"""What makes the trail append-only in the database itself: triggers on both databases, and on PostgreSQL the only
function through which the application's own role can remove what is old.

An event is never changed, and not removed before 181 days, the shortest six months; its link not before itself.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

EVENTS, LINKS, ANCHORS = "audit_event", "audit_link", "audit_anchor"
TABLES = (EVENTS, LINKS, ANCHORS)
KEPT_DAYS = 181
PURGE = "audit_purge"

_POSTGRES = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The audit trail is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$""",
    f"""CREATE FUNCTION audit_refuse_young() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.at > now() - interval '{KEPT_DAYS} days' THEN
            RAISE EXCEPTION 'The audit trail is append-only: event % is too young to be removed', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END $$""",
    """CREATE FUNCTION audit_refuse_linked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM audit_event WHERE id = OLD.event_id) THEN
            RAISE EXCEPTION 'The audit trail is append-only: the event of link % still stands', OLD.number
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END $$""",
    *(
        f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        for table in TABLES
    ),
    *(
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        for table in TABLES
    ),
    f"CREATE TRIGGER {EVENTS}_kept BEFORE DELETE ON {EVENTS} FOR EACH ROW EXECUTE FUNCTION audit_refuse_young()",
    f"CREATE TRIGGER {LINKS}_kept BEFORE DELETE ON {LINKS} FOR EACH ROW EXECUTE FUNCTION audit_refuse_linked()",
    f"CREATE TRIGGER {ANCHORS}_kept BEFORE DELETE ON {ANCHORS} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
)
_FUNCTIONS = ("audit_refuse", "audit_refuse_young", "audit_refuse_linked")
_PURGE = f"""CREATE FUNCTION {PURGE}(last bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE removed bigint;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM {ANCHORS} WHERE number = last) THEN
        RAISE EXCEPTION 'No anchor says that the chain goes on after link %', last USING ERRCODE = 'restrict_violation';
    END IF;
    DELETE FROM {EVENTS} WHERE id IN (SELECT event_id FROM {LINKS} WHERE number <= last);
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM {LINKS} WHERE number <= last;
    RETURN removed;
END $$"""  # noqa: S608 - made of the names above
_TOO_YOUNG = f"OLD.at > datetime('now', '-{KEPT_DAYS} days')"
_STILL_THERE = f"EXISTS (SELECT 1 FROM {EVENTS} WHERE id = OLD.event_id)"  # noqa: S608


def _sqlite(name: str, what: str, table: str, condition: str = "") -> str:
    when = f"WHEN {condition} " if condition else ""
    refuse = f"SELECT RAISE(ABORT, 'The audit trail is append-only: {what} of {table} is refused')"
    return f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW {when}BEGIN {refuse}; END"


_SQLITE = (
    *(_sqlite(f"{table}_unchanged", "UPDATE", table) for table in TABLES),
    _sqlite(f"{EVENTS}_kept", "DELETE", EVENTS, _TOO_YOUNG),
    _sqlite(f"{LINKS}_kept", "DELETE", LINKS, _STILL_THERE),
    _sqlite(f"{ANCHORS}_kept", "DELETE", ANCHORS),
    *(
        _sqlite(f"{table}_not_replaced", "INSERT", table, f"EXISTS (SELECT 1 FROM {table} WHERE {same})")  # noqa: S608
        for table, same in (
            (EVENTS, "id = NEW.id"),
            (LINKS, "number = NEW.number OR event_id = NEW.event_id"),
            (ANCHORS, "id = NEW.id"),
        )
    ),
)
"""The last three: INSERT OR REPLACE removes a row without asking the triggers of DELETE."""


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Makes the triggers."""
    _execute(connection, _POSTGRES if connection.vendor == "postgresql" else _SQLITE)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Removes the triggers: for the migration backwards, and for emptying the tests' own database. On PostgreSQL only
    the owner of the tables can."""
    if connection.vendor == "postgresql":
        _execute(connection, [f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in _FUNCTIONS])
    else:
        _execute(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in wanted(connection)])


def make_purge(connection: BaseDatabaseWrapper) -> None:
    """Makes the function that removes what is old, with the rights of the owner. Nobody else may run it unless it is
    granted. Names are looked up in the schema of the tables and nowhere that others can write."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema()), current_setting('search_path')")
        schema, path = cursor.fetchone()
        cursor.execute(f"SET search_path = pg_catalog, {schema}, pg_temp")
        cursor.execute(_PURGE.replace(f"FUNCTION {PURGE}", f"FUNCTION {schema}.{PURGE}"))
        cursor.execute("SELECT set_config('search_path', %s, false)", [path])
        cursor.execute(f"REVOKE ALL ON FUNCTION {schema}.{PURGE}(bigint) FROM PUBLIC")


def drop_purge(connection: BaseDatabaseWrapper) -> None:
    """Removes that function."""
    if connection.vendor == "postgresql":
        _execute(connection, [f"DROP FUNCTION IF EXISTS {PURGE}(bigint)"])


def wanted(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Names of the triggers that have to stand, each with what the database is to say of it."""
    statements = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    bodies = {_name(text): text.split("$$")[1] for text in statements if text.startswith("CREATE FUNCTION")}
    triggers = (text for text in statements if text.startswith("CREATE TRIGGER"))
    return {_name(text): text + bodies.get(text.rpartition(" ")[2].removesuffix("()"), "") for text in triggers}


def lacking(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are gone, switched off, or do something else."""
    query = (
        """SELECT tgname, replace(pg_get_triggerdef(kept.oid), quote_ident(current_schema()) || '.', '') || prosrc
        FROM pg_trigger AS kept JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal"""
        if connection.vendor == "postgresql"
        else "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        standing = set(cursor.fetchall())
    return sorted(name for name, text in wanted(connection).items() if (name, text) not in standing)


def _name(statement: str) -> str:
    """Of what a statement creates."""
    return statement.split()[2].removesuffix("()")


def _execute(connection: BaseDatabaseWrapper, statements: tuple[str, ...] | list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

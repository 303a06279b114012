"""What each role may do in the database. Applied after every migration, as the owner."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from config.environment import database

APPEND_ONLY = (
    "audit_auditentry",
    "audit_auditlink",
    "audit_auditseal",
    "consent_consentevent",
    "policies_decision",
    "policies_form",
    "pseudonymize_budgetspend",
    "pseudonymize_reidentificationuse",
    "rights_requestevent",
)
CHECK_ROLE = "venia_check"
# A process that only answers checks: it reads what a decision needs, adds the decision, and never
# reads a secret, a sealed contact or the sessions of officers.
CHECK_READS = (
    "audit_apikey",
    "audit_service_key",
    "consent_catalogue",
    "consent_circumstance_now",
    "consent_known",
    "consent_notice",
    "consent_offer",
    "consent_person",
    "consent_purpose",
    "consent_spend",
    "consent_standing",
    "policies_assessment",
    "policies_exclusionentry",
    "policies_exclusionlist",
    "policies_policyversion",
    "policies_policywithdrawal",
    "policies_recipient",
    "policies_review",
    "policies_shared",
    "policies_suspension",
    "pseudonymize_carriedkey",
    "pseudonymize_deadid",
    "pseudonymize_digest",
    "pseudonymize_person",
)
CHECK_ADDS = ("policies_decision", "policies_form")


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection speak as the owner of the tables while the block runs."""
    usual = dict(connection.settings_dict)
    connection.close()
    if settings.MIGRATE_DATABASE_URL:
        connection.settings_dict.update(database(settings.MIGRATE_DATABASE_URL))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def apply(application_role: str) -> None:
    """
    Give `application_role` and the check role exactly what they need; safe to repeat.

    Runs as the owner. A role that owns the tables keeps all its rights: then only the triggers
    guard the ledgers. A check role that does not exist is left out.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        existing = tables(cursor)
        if _may_be_limited(cursor, application_role):
            _grant_application(cursor, application_role, existing)
        if _may_be_limited(cursor, CHECK_ROLE):
            _grant_check(cursor, existing | _views(cursor))
        _restrict_functions(cursor, application_role)


def is_limited(application_role: str) -> bool:
    """Return whether `application_role` is another role than the one that owns the tables."""
    with connection.cursor() as cursor:
        return _may_be_limited(cursor, application_role)


def tables(cursor: CursorWrapper) -> set[str]:
    """Return the names of our tables, partitions among them, views not."""
    return _names(cursor, "relkind IN ('r', 'p')")


def _views(cursor: CursorWrapper) -> set[str]:
    return _names(cursor, "relkind = 'v'")


def _partitions(cursor: CursorWrapper) -> set[str]:
    return _names(cursor, "relispartition AND relkind IN ('r', 'p')")


def _names(cursor: CursorWrapper, condition: str) -> set[str]:
    ours = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND "
    cursor.execute(ours + condition)
    return {name for (name,) in cursor.fetchall()}


def _grant_application(cursor: CursorWrapper, role: str, existing: set[str]) -> None:
    _enter(cursor, role)
    _run(cursor, "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {role}", role)
    _run(cursor, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}", role)
    partitions = _partitions(cursor)
    for table in sorted(partitions):  # only through their table, which has the rights
        _run(cursor, "REVOKE ALL ON {table} FROM {role}", role, table)
    for table in sorted(existing - partitions - set(APPEND_ONLY)):
        _run(cursor, "GRANT UPDATE, DELETE ON {table} TO {role}", role, table)


def _grant_check(cursor: CursorWrapper, existing: set[str]) -> None:
    _enter(cursor, CHECK_ROLE)
    for table in sorted(existing & set(CHECK_READS)):
        _run(cursor, "GRANT SELECT ON {table} TO {role}", CHECK_ROLE, table)
    for table in sorted(existing & set(CHECK_ADDS)):
        _run(cursor, "GRANT SELECT, INSERT ON {table} TO {role}", CHECK_ROLE, table)


def _restrict_functions(cursor: CursorWrapper, role: str) -> None:
    """Leave the functions that act with the owner's rights to the application alone."""
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    for (function,) in cursor.fetchall():
        cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        _run(cursor, f"GRANT EXECUTE ON FUNCTION {function} TO {{role}}", role)


def _enter(cursor: CursorWrapper, role: str) -> None:
    name = str(connection.settings_dict["NAME"])
    _run(cursor, "GRANT CONNECT ON DATABASE {table} TO {role}", role, name)
    _run(cursor, "GRANT USAGE ON SCHEMA public TO {role}", role)
    _run(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}", role)


def _run(cursor: CursorWrapper, template: str, role: str, table: str = "") -> None:
    names = {"role": sql.Identifier(role), "table": sql.Identifier(table or "public")}
    cursor.execute(sql.SQL(template).format(**names).as_string())


def _may_be_limited(cursor: CursorWrapper, role: str) -> bool:
    cursor.execute(
        "SELECT NOT rolsuper AND rolname <> current_user FROM pg_roles WHERE rolname = %s", [role]
    )
    row = cursor.fetchone()
    return bool(row and row[0])

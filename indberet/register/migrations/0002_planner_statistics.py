"""Tells SQLite's planner how the tables will look once there is data in them.

Without figures it guesses, and walks 120,000 records where 50 would do (first page of a large municipality: 100 ms
instead of 0.4, one page in the middle: 2 s). `ANALYZE` would find the same figures later, but nobody runs it, and plans
that do not change are worth more than plans made anew. PostgreSQL gathers its own.
Source: ANALYZE of the demo data with 1,000,000 records (make bench), rounded. See SQLite's "Query Planner Stability".
"""

from django.db import migrations

CASES, RECORDS = "270000 135000 1400", "1000000 500000 5000"
STATISTICS = {
    "register_case": {
        "case_by_cpr": f"{CASES} 1 1",
        "case_by_udl": f"{CASES} 400 1",
        "case_by_own_records": f"{CASES} 200 1",
        "case_by_all_records": f"{CASES} 100 1",
        "case_by_changed_at": f"{CASES} 2 1",
        "case_one_per_cpr": f"{CASES} 1",
        "case_one_per_udl": "500 500 6 1",
    },
    "register_record": {
        "record_by_case": "1000000 4 1",
        "record_by_source": f"{RECORDS} 2600",
        "record_deleted": "1500 750 20 3",
        "record_by_service_code": f"{RECORDS} 350 1",
        "record_by_start": f"{RECORDS} 5 1",
        "record_by_end": f"{RECORDS} 4 1",
        "record_by_p_number": f"{RECORDS} 140 1",
        "record_by_department_uuid": f"{RECORDS} 140 1",
        "record_by_offer_uuid": f"{RECORDS} 1000 1",
        "record_by_service_uuid": f"{RECORDS} 300 1",
        "record_by_target_group": f"{RECORDS} 140 1",
        "record_by_paying_municipality": f"{RECORDS} 110 1",
        "record_by_caseworker": f"{RECORDS} 2000 1",
        "record_by_changed_at": f"{RECORDS} 2 1",
        "record_by_severity": f"{RECORDS} 1900 1",
    },
}


def write(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    schema_editor.execute("ANALYZE")  # makes the table of figures if there is none
    for table, indexes in STATISTICS.items():
        schema_editor.execute("DELETE FROM sqlite_stat1 WHERE tbl = %s", [table])
        for index, figures in indexes.items():
            schema_editor.execute(
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", [table, index, figures]
            )
    schema_editor.execute("ANALYZE sqlite_master")  # reads the figures again


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]

"""The spine shared by all statistics: cases (persons), records (services) and what is kept about them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from indberet.access.scope import ScopedManager
from indberet.definition.values import OPEN_END

from .constraints import IsObject

ALIVE = Q(deleted_at=None)
LONGEST_REASON = 200


def _of_codes(codes: frozenset[str]) -> Q:
    """Records of these service codes."""
    return Q(service_code__in=codes)


def _with_codes(codes: frozenset[str]) -> Q:
    """Cases with a living record of these service codes."""
    return Q(Exists(Record.unscoped.filter(_of_codes(codes), case=OuterRef("pk"), deleted_at=None)))


class Case(models.Model):
    """One person in one municipality and statistic; the only table with a CPR or UDL number.

    `own_records` and `all_records` count the living records (entered here; from every source). A case without living
    records is not shown; it comes back with its next record. `birth_date` is derived from a CPR number.
    """

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    cpr = models.CharField(max_length=10, blank=True, default="")
    udl = models.CharField(max_length=256, blank=True, default="")
    sex = models.CharField(max_length=10, blank=True, default="")
    birth_date = models.DateField(null=True)
    extra = models.JSONField(default=dict)
    own_records = models.PositiveIntegerField(default=0)
    all_records = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    objects = ScopedManager["Case"](_with_codes)
    unscoped = models.Manager["Case"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (
            models.UniqueConstraint(
                fields=("statistic", "municipality", "cpr"), condition=~Q(cpr=""), name="case_one_per_cpr"
            ),
            models.UniqueConstraint(
                fields=("statistic", "municipality", "udl"), condition=~Q(udl=""), name="case_one_per_udl"
            ),
            models.CheckConstraint(condition=IsObject("extra"), name="case_extra_is_object"),
        )
        indexes = (
            models.Index(fields=("statistic", "cpr"), condition=~Q(cpr=""), name="case_by_person"),
            *(
                models.Index(fields=("statistic", "municipality", column, "id"), name=f"case_by_{column}")
                for column in ("cpr", "udl", "own_records", "all_records", "changed_at")
            ),
        )

    def __str__(self) -> str:
        return f"case {self.pk}"


SORTED_COLUMNS = (
    "service_code",
    "start",
    "end",
    "p_number",
    "department_uuid",
    "offer_uuid",
    "service_uuid",
    "target_group",
    "paying_municipality",
    "caseworker",
    "changed_at",
    "severity",
    "source",
)


class Source(models.TextChoices):
    """Where a record came from."""

    MANUAL = "manual"
    SYSTEM = "system"
    LEGACY = "legacy"


OWN_SOURCES = (Source.MANUAL, Source.LEGACY)


class Record(models.Model):
    """One registered service. An open end is stored as OPEN_END, so that open services sort last everywhere.

    What came from elsewhere carries `source_key`, its id in `source_system`, and the number of the `delivery` that
    brought its present values.

    `severity` is that of the worst finding (0 none, 1 warning, 2 error). A record that `deleted_at` hides can be
    restored for 30 days together with the others of its `deletion`.
    """

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="records", db_index=False)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.MANUAL)
    source_system = models.CharField(max_length=50, blank=True, default="")
    source_key = models.CharField(max_length=50, blank=True, default="")
    delivery = models.BigIntegerField(null=True)
    service_code = models.CharField(max_length=40, blank=True, default="")
    start = models.DateField()
    end = models.DateField(default=OPEN_END)
    p_number = models.CharField(max_length=20, blank=True, default="")
    department_uuid = models.CharField(max_length=40, blank=True, default="")
    offer_uuid = models.CharField(max_length=40, blank=True, default="")
    service_uuid = models.CharField(max_length=40, blank=True, default="")
    target_group = models.CharField(max_length=40, blank=True, default="")
    paying_municipality = models.CharField(max_length=3, blank=True, default="")
    caseworker = models.CharField(max_length=100, blank=True, default="")
    severity = models.PositiveSmallIntegerField(default=0)
    extra = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200, blank=True, default="")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True, default="")
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.CharField(max_length=200, blank=True, default="")
    deletion = models.UUIDField(null=True)

    objects = ScopedManager["Record"](_of_codes)
    unscoped = models.Manager["Record"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (
            models.CheckConstraint(condition=IsObject("extra"), name="record_extra_is_object"),
            models.UniqueConstraint(
                fields=("statistic", "municipality", "source", "source_system", "source_key"),
                condition=ALIVE & ~Q(source_key=""),
                name="record_once_per_key",
            ),
        )
        indexes = (
            models.Index(fields=("case", "id"), name="record_by_case"),
            models.Index(fields=("statistic", "municipality", "deleted_at"), condition=~ALIVE, name="record_deleted"),
            *(
                models.Index(
                    fields=("statistic", "municipality", column, "id"), condition=ALIVE, name=f"record_by_{column}"
                )
                for column in SORTED_COLUMNS
            ),
        )

    def __str__(self) -> str:
        return f"record {self.pk}"

    @property
    def is_own(self) -> bool:
        """Whether it was entered here (or copied from the predecessor) and so may be changed here."""
        return self.source in OWN_SOURCES


class RecordCode(models.Model):
    """One of several codes of a record's field, where it can be counted."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="codes", db_index=False)
    field = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    unscoped = models.Manager["RecordCode"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=("record", "field", "code"), name="record_code_once"),)
        indexes = (models.Index(fields=("code", "field"), name="record_code_by_code"),)

    def __str__(self) -> str:
        return f"{self.field} {self.code}"


class Finding(models.Model):
    """A rule that a stored record breaks. A warning that somebody accepted carries who, when and why; `values_mark`
    says of which values."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="findings", db_index=False)
    rule = models.CharField(max_length=60)
    severity = models.PositiveSmallIntegerField()
    values_mark = models.CharField(max_length=16)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, default="")

    unscoped = models.Manager["Finding"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=("record", "rule"), name="finding_once"),)
        indexes = (models.Index(fields=("rule", "record"), name="finding_by_rule"),)

    def __str__(self) -> str:
        return self.rule


class Recheck(models.Model):
    """How far a recheck of a statistic's records has come: up to and with case `after_case`, where it goes on.
    `failures` are municipalities with cases that could not be rechecked, by code, each with the error's name."""

    statistic = models.CharField(max_length=20, primary_key=True)
    today = models.DateField()
    after_case = models.PositiveBigIntegerField(default=0)
    records = models.PositiveBigIntegerField(default=0)
    differing = models.PositiveBigIntegerField(default=0)
    failures = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Recheck"]()

    class Meta:
        default_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"recheck of {self.statistic}"


class Submission(models.Model):
    """A form's one-time token with what it saved, so that a double click or a re-sent form saves once."""

    token = models.CharField(max_length=40, primary_key=True)
    content = models.CharField(max_length=64)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    unscoped = models.Manager["Submission"]()

    class Meta:
        default_manager_name = "unscoped"

    def __str__(self) -> str:
        return self.token


class PurgedKey(models.Model):
    """The id of one of the predecessor's records that was removed for good, as a keyed fingerprint."""

    digest = models.CharField(max_length=24, primary_key=True)

    unscoped = models.Manager["PurgedKey"]()

    class Meta:
        default_manager_name = "unscoped"

    def __str__(self) -> str:
        return self.digest

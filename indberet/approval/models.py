"""Approvals and what belongs to them. None of it names a person but those who approve."""

from django.db import models
from django.db.models import Q

from indberet.access.identity import LONGEST_ID, Verb
from indberet.access.scope import Scope, ScopedManager
from indberet.definition.sections import order


class State(models.TextChoices):
    """How far an approval has come: it waits for the second person, is given, was refused by that person or taken back
    by the first, or lapsed because it was outdated when somebody approved anew."""

    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"
    LAPSED = "lapsed"


class ApprovalManager(ScopedManager["Approval"]):
    """Gives the approvals of the municipality's data, and those that it gave for others (shared administration)."""

    def within(self, scope: Scope, statistic: str, verb: Verb = "read") -> "models.QuerySet[Approval]":
        """Raises NoPrivilege without the right to read the statistic."""
        scope.require(verb, statistic)
        concerned = Q(municipality=scope.municipality) | Q(acting=scope.municipality)
        return Approval.unscoped.filter(concerned, statistic=statistic)


class Approval(models.Model):
    """One sign-off: municipality `acting` approves sections of `municipality`'s data for `year`, called `period` then,
    up to and with `through`, having looked at the report of `report_day`. It is never changed once it is given; a
    renewal is a new one."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    acting = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=20)
    through = models.DateField()
    report_day = models.DateField()
    report_made_at = models.DateTimeField()
    sequence = models.PositiveIntegerField()
    receipt = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=State.choices)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=LONGEST_ID)
    made_by_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=LONGEST_ID, blank=True, default="")
    decided_by_name = models.CharField(max_length=200, blank=True, default="")

    objects = ApprovalManager()
    unscoped = models.Manager["Approval"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (
            models.UniqueConstraint(
                fields=("statistic", "municipality", "year", "sequence"), name="approval_one_per_number"
            ),
        )
        indexes = (models.Index(fields=("statistic", "acting", "year"), name="approval_by_acting"),)

    def __str__(self) -> str:
        return self.receipt

    @property
    def taken_back(self) -> bool:
        """Whether the first person did not want it after all."""
        return self.state == State.REFUSED and self.decided_by == self.made_by

    @property
    def in_order(self) -> "list[ApprovedSection]":
        """Its sections in the order of the law."""
        return sorted(self.sections.all(), key=lambda row: order(row.section))


class ApprovedSection(models.Model):
    """A section in an approval: approved, or `nothing` to report; with the report's figures and the records that had
    errors when it was approved."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="sections", db_index=False)
    section = models.CharField(max_length=60)
    nothing = models.BooleanField(default=False)
    services = models.PositiveIntegerField(default=0)
    persons = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)

    unscoped = models.Manager["ApprovedSection"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=("approval", "section"), name="approved_section_once"),)

    def __str__(self) -> str:
        return self.section


class TwoPersons(models.Model):
    """A municipality that wants two persons to approve a statistic. Whoever wants it no more asks, and another one
    agrees: `asked_by` is set in between."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    since = models.DateTimeField()
    set_by_name = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=LONGEST_ID, blank=True, default="")
    asked_by_name = models.CharField(max_length=200, blank=True, default="")

    objects = ScopedManager["TwoPersons"]()
    unscoped = models.Manager["TwoPersons"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=("statistic", "municipality"), name="two_persons_once"),)

    def __str__(self) -> str:
        return f"{self.statistic} {self.municipality}"


class Mail(models.Model):
    """An e-mail on its way: written in the transaction of what it tells, sent after it, and again until it is gone.

    `key` says what it tells, so that the same is written once. `taken_at` keeps two from sending it at a time.
    `refusals` counts the server's final answers about this address, and `dropped_at` is set when it is not sent any
    more, for what it tells holds no longer or nobody can be reached there."""

    key = models.CharField(max_length=100, unique=True)
    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    made_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    refusals = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True, default="")
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Mail"]()

    class Meta:
        default_manager_name = "unscoped"
        indexes = (models.Index(fields=("made_at",), condition=Q(sent_at=None), name="mail_waiting"),)

    def __str__(self) -> str:
        return self.subject

    @property
    def failure_kind(self) -> str:
        """The last failure without its words, which may hold somebody's address."""
        return self.failure.partition(":")[0]

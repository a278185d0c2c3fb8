"""Deliveries with what was found in them, and the tokens with which systems send."""

from django.db import models
from django.db.models import Q

from indberet.access.scope import ScopedManager

LONGEST_KEY = 100
LONGEST_SYSTEM = 50
LONGEST_VALUE = 200
LONGEST_NAME = 60


class State(models.TextChoices):
    """What became of a delivery."""

    STORED = "stored"
    TESTED = "tested"
    REFUSED = "refused"


class Delivery(models.Model):
    """One delivery, which is also its receipt. `key` is the sender's id of it, else the file's SHA-256.

    A refused one has a `reason` and nothing else came of it; it may be sent again under the same key. `records` counts
    what came, and each of them is new, changed, withdrawn, unchanged or refused. `with_errors` counts stored records
    with at least one error, `with_warnings` those with warnings only. `seconds` is how long it took.
    """

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    system = models.CharField(max_length=LONGEST_SYSTEM)
    key = models.CharField(max_length=LONGEST_KEY)
    test = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=40, blank=True, default="")
    reason_params = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    format = models.CharField(max_length=10, blank=True, default="")
    period = models.CharField(max_length=20, blank=True, default="")
    sender = models.CharField(max_length=80, blank=True, default="")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=200)
    seconds = models.FloatField(default=0)
    records = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    with_errors = models.PositiveIntegerField(default=0)
    with_warnings = models.PositiveIntegerField(default=0)

    objects = ScopedManager["Delivery"]()
    unscoped = models.Manager["Delivery"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (
            models.UniqueConstraint(
                fields=("statistic", "municipality", "system", "key", "test"),
                condition=~Q(state="refused"),
                name="delivery_once",
            ),
        )
        indexes = (
            models.Index(fields=("statistic", "municipality", "id"), name="delivery_by_municipality"),
            models.Index(fields=("statistic", "municipality", "system", "key"), name="delivery_by_key"),
        )

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class DeliveryFinding(models.Model):
    """Something wrong in a line of a delivery: it could not be read, or it breaks a rule (`code` is the rule's id).

    It holds no person number: that of the line is shown by its form only, and what looks like one is masked everywhere
    else. `params` are what the texts need. `record` is what the line is stored as, if it is.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="findings", db_index=False)
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    element = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    code = models.CharField(max_length=60)
    severity = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=LONGEST_VALUE, blank=True, default="")
    params = models.JSONField(default=dict)
    record = models.BigIntegerField(null=True)

    unscoped = models.Manager["DeliveryFinding"]()

    class Meta:
        default_manager_name = "unscoped"
        indexes = (models.Index(fields=("delivery", "id"), name="delivery_finding_in_order"),)

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}"


class DeliveryToken(models.Model):
    """What a system shows to send for one municipality and statistic. Only a fingerprint of it is kept; `prefix` is its
    beginning, by which people tell tokens apart. `test` ones send test forms, the others production forms."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    system = models.CharField(max_length=LONGEST_SYSTEM)
    test = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    hour = models.DateTimeField(null=True)
    used_in_hour = models.PositiveIntegerField(default=0)

    unscoped = models.Manager["DeliveryToken"]()

    class Meta:
        default_manager_name = "unscoped"

    def __str__(self) -> str:
        return self.prefix

"""Log-ins: those under way, those in force, and the answers that were used."""

from django.db import models

from .identity import LONGEST_ID, LONGEST_NAME


class Handshake(models.Model):
    """A log-in under way in one browser: what was asked of the identity provider, and its answer until it is taken.

    `browser` is the fingerprint of a random cookie, so that an answer counts only where the question was asked. `state`
    is what the answer must refer to: the id of a SAML request, or the state of OpenID Connect. `kept` are the other
    secrets of the question, and when it is answered the id of the assertion. `identity` is the answer, as
    `Identity.to_session` gives it, until the same browser comes for it.
    """

    browser = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=200, unique=True)
    onward = models.CharField(max_length=500)
    kept = models.JSONField(default=dict)
    identity = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class UsedAssertion(models.Model):
    """An assertion that was used, by the SHA-256 of its issuer and id; kept until it would have expired."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.fingerprint


class Login(models.Model):
    """A person's log-in: from when, when last active, and how it ended ('' while it is in force).

    `subject` and the rest are copied from the identity. `name_id` and `session_index` are what the identity provider
    calls the log-in in single log-out. `municipalities` are the codes it may act for, with commas around each.
    """

    subject = models.CharField(max_length=LONGEST_ID, db_index=True)
    name = models.CharField(max_length=LONGEST_NAME)
    organisation = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    municipalities = models.CharField(max_length=1000, blank=True, default="")
    source = models.CharField(max_length=10)
    name_id = models.CharField(max_length=LONGEST_ID, blank=True, default="", db_index=True)
    session_index = models.CharField(max_length=LONGEST_ID, blank=True, default="")
    started_at = models.DateTimeField(auto_now_add=True, db_index=True)
    active_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S}"

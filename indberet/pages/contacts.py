"""Contact details: the service functions and the form."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.forms.models import model_to_dict
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from indberet.access.scope import Scope
from indberet.audit.log import write_event
from indberet.definition.statistic import Statistic

from .models import Contact


def contacts_of(scope: Scope, statistic: Statistic) -> list[Contact]:
    """The municipality's contacts for a statistic, oldest first. Raises NoPrivilege."""
    return list(Contact.objects.within(scope, statistic.id).order_by("id"))


def has_contact(scope: Scope, statistic: Statistic) -> bool:
    """Whether reporting may begin (A03, C04)."""
    return Contact.objects.within(scope, statistic.id).exists()


def save_contact(scope: Scope, statistic: Statistic, values: dict[str, Any], contact: Contact | None = None) -> Contact:
    """Adds or changes a contact. Raises NoPrivilege."""
    scope.require("report", statistic.id)
    contact = contact or Contact(statistic=statistic.id, municipality=scope.municipality)
    for name, value in values.items():
        setattr(contact, name, value)
    contact.changed_by = scope.identity.name
    with transaction.atomic():
        contact.save()
        _tell(scope, statistic, "contact")
    return contact


def remove_contact(scope: Scope, statistic: Statistic, contact: Contact) -> None:
    """Removes a contact. Raises NoPrivilege."""
    scope.require("report", statistic.id)
    with transaction.atomic():
        contact.delete()
        _tell(scope, statistic, "contact_removed")


def _tell(scope: Scope, statistic: Statistic, action: str) -> None:
    write_event(identity=scope.identity, action=action, municipality=scope.municipality, statistic=statistic.id)


class ContactForm(forms.Form):
    """Name, telephone, e-mail; Digital Post where the statistic offers it."""

    name = forms.CharField(
        label=_("Kontaktperson"), max_length=100, error_messages={"required": _("Skriv kontaktpersonens navn.")}
    )
    phone = forms.RegexField(
        label=_("Telefonnr."),
        regex=r"^\+?[0-9 ]{8,20}$",
        error_messages={
            "required": _("Skriv et telefonnummer på mindst 8 cifre."),
            "invalid": _("Skriv telefonnummeret med tal og mellemrum, mindst 8 cifre."),
        },
    )
    email = forms.EmailField(
        label=_("Email-adresse"),
        error_messages={
            "required": _("Skriv en email-adresse."),
            "invalid": _("Skriv en hel email-adresse, fx navn@kommune.dk."),
        },
    )
    digital_post = forms.BooleanField(
        label=_("Digital post"),
        required=False,
        help_text=_("Sæt hak, hvis korrespondance fra Danmarks Statistik skal komme som Digital Post."),
    )

    def __init__(self, statistic: Statistic, data: QueryDict | None = None, *, contact: Contact | None = None) -> None:
        super().__init__(data, prefix=statistic.id, initial=model_to_dict(contact) if contact else None)
        self.label_suffix = ""
        if not statistic.capabilities.digital_post:
            del self.fields["digital_post"]

    def show_as_typed(self) -> None:
        """Shows what was typed without judging it: somebody comes back to a form that was not sent."""
        self._errors = ErrorDict()

    def summary(self) -> list[dict[str, str]]:
        """Every error with the field it is about."""
        return [
            {"field_id": self[name].id_for_label, "message": str(message)}
            for name, problems in self.errors.items()
            for message in problems
        ]


@dataclass(frozen=True, kw_only=True)
class ContactGroup:
    """A statistic on the page of contact details; `form` only for those who may report, `editing` what it changes."""

    statistic: Statistic
    contacts: list[Contact]
    form: ContactForm | None
    editing: Contact | None
    author: str = ""

    @property
    def action(self) -> str:
        """Where the form is sent."""
        if self.editing:
            return reverse("contact_edit", args=[self.statistic, self.editing.pk])
        return reverse("contact_add", args=[self.statistic])

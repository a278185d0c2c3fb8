"""The forms of look-ups and spot checks."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import LONGEST_NOTE, State
from .persons import read_number
from .samples import FEWEST, LONGEST, MOST

_LIKE_CPR = re.compile(r"(?<!\d)\d{6}[\s\-‐-―]?\d{4}(?!\d)")
STATES = {State.OPEN: _("Ikke forklaret"), State.EXPLAINED: _("Forklaret"), State.FOLLOW_UP: _("Skal følges op")}


class _Form(forms.Form):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.label_suffix = ""

    def summary(self) -> list[dict[str, str]]:
        """Every error with the field it is about."""
        return [
            {"field_id": self[name].id_for_label, "message": str(message)}
            for name, problems in self.errors.items()
            for message in problems
        ]


class PersonForm(_Form):
    """Whom it is about."""

    number = forms.CharField(
        label=_("CPR- eller UDL-nummer"),
        max_length=256,
        error_messages={"required": _("Skriv borgerens CPR- eller UDL-nummer.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        """Ten digits of a CPR number, or a UDL number as it is."""
        return read_number(self.cleaned_data["number"])


def _one_message(text: Any) -> dict[str, Any]:
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), text)


class DrawForm(_Form):
    """How many, and how far back."""

    size = forms.IntegerField(
        label=_("Antal opslag"),
        min_value=FEWEST,
        max_value=MOST,
        initial=20,
        help_text=_("10 til 50, tilfældigt valgt. De mest usædvanlige opslag kommer oveni."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=_one_message(_("Skriv et antal fra 10 til 50.")),
    )
    days = forms.IntegerField(
        label=_("Dage tilbage"),
        min_value=1,
        max_value=LONGEST,
        initial=30,
        help_text=_("1 til 90."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=_one_message(_("Skriv et antal dage fra 1 til 90.")),
    )


class NoteForm(_Form):
    """What came of a look-up."""

    state = forms.ChoiceField(label=_("Resultat"), choices=list(STATES.items()))
    note = forms.CharField(label=_("Forklaring"), max_length=LONGEST_NOTE, required=False)

    def clean_note(self) -> str:
        """A note holds no person's number."""
        text: str = self.cleaned_data["note"]
        if _LIKE_CPR.search(text):
            raise forms.ValidationError(_("Skriv ikke CPR-numre i forklaringen. Henvis til sagens nummer."))
        return text

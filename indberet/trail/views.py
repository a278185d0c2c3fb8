"""The pages that the trail is read on: for the data owner who answers a citizen, and for the security officer."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from indberet.access.identity import Verb
from indberet.access.needs import needs
from indberet.access.posted import posted
from indberet.access.session import ScopedRequest, author_of, take_typed
from indberet.definition.registry import statistics
from indberet.definition.statistic import Statistic
from indberet.export.models import Format
from indberet.export.write import CONTENT_TYPES

from .flags import FLAGS
from .forms import STATES, DrawForm, NoteForm, PersonForm
from .lookups import Lookup
from .lookups import lookups as find_lookups
from .models import SampledEvent, State
from .samples import draw, latest_samples, note, open_sample
from .sheet import file_of


@needs("approve")
def lookups(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Asks whom it is about; the number is posted, never in a URL."""
    return _lookups_page(request, statistic, PersonForm())


@needs("approve")
@posted
def lookups_found(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """When and why a person's data was looked up in one's own municipality; `do` asks for a file."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _lookups_page(request, statistic, form)
    found = find_lookups(
        form.cleaned_data["number"],
        identity=request.scope.identity,
        statistic=statistic.id,
        municipality=request.scope.municipality,
    )
    if request.POST.get("do") in Format.values:
        return _file(found, Format(request.POST["do"]))
    return _lookups_page(request, statistic, form, found)


@needs("inspect")
def samples(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """The draws so far, and a form for a new one."""
    initial = {name: field.initial for name, field in DrawForm().fields.items()}
    return _samples_page(request, statistic, DrawForm(initial=initial))


@needs("inspect")
@posted
def sample_draw(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Draws anew."""
    form = DrawForm(request.POST)
    if not form.is_valid():
        return _samples_page(request, statistic, form)
    drawn = draw(request.scope, statistic, size=form.cleaned_data["size"], days=form.cleaned_data["days"])
    if drawn.pool:
        return redirect("sample", statistic, drawn.pk)
    messages.info(request, _("Der er ingen opslag i perioden."))
    return redirect("samples", statistic)


@needs("inspect")
def sample(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """One draw, with a form for each look-up."""
    typed: dict[str, NoteForm] = {}
    while (kept := take_typed(request, request.scope)) is not None:
        typed.setdefault(kept.get("token", ""), NoteForm(kept))
    return _sample_page(request, statistic, number, typed)


@needs("inspect")
@posted
def sample_note(request: ScopedRequest, statistic: Statistic, number: int, position: int) -> HttpResponse:
    """Notes what came of a look-up, and goes back to it."""
    form = NoteForm(request.POST)
    if form.is_valid():
        state = State(form.cleaned_data["state"])
        noted = note(request.scope, statistic, number, position, state=state, text=form.cleaned_data["note"])
        messages.success(request, _("Opslag %(position)s er noteret.") % {"position": position})
        response = redirect("sample", statistic, number)
        response["Location"] += f"#{noted.place}"
        return response
    for problem in form.summary():
        messages.error(request, problem["message"])
    return _sample_page(request, statistic, number, {SampledEvent(position=position).place: form}, status=422)


def _lookups_page(
    request: ScopedRequest, statistic: Statistic, form: PersonForm, found: list[Lookup] | None = None
) -> HttpResponse:
    context = {
        "of_trail": True,
        "statistic": statistic,
        "statistics": _with(request, "approve"),
        "form": form,
        "found": found,
        "error_summary": form.summary(),
    }
    return render(request, "trail/lookups.html", context, status=422 if form.errors else 200)


def _samples_page(request: ScopedRequest, statistic: Statistic, form: DrawForm) -> HttpResponse:
    context = {
        "of_trail": True,
        "statistic": statistic,
        "statistics": _with(request, "inspect"),
        "form": form,
        "samples": latest_samples(request.scope, statistic),
        "flags": FLAGS.values(),
        "error_summary": form.summary(),
    }
    return render(request, "trail/samples.html", context, status=422 if form.errors else 200)


def _sample_page(
    request: ScopedRequest, statistic: Statistic, number: int, typed: Mapping[str, NoteForm], status: int = 200
) -> HttpResponse:
    """A draw with what was typed, and is not noted yet, by the positions of its look-ups."""
    found, lines = open_sample(request.scope, statistic, number)
    for line in lines:
        if form := typed.get(line.sampled.place):
            line.sampled.state, line.sampled.note = form["state"].value(), form["note"].value()
    context = {
        "of_trail": True,
        "statistic": statistic,
        "sample": found,
        "drawn": [line for line in lines if not line.sampled.unusual],
        "unusual": [line for line in lines if line.sampled.unusual],
        "states": STATES.items(),
        "typed": typed,
        "author": author_of(request.scope, page=reverse("sample", args=[statistic, number])),
    }
    return render(request, "trail/sample.html", context, status=status)


def _with(request: ScopedRequest, verb: Verb) -> list[Statistic]:
    """The statistics for which one has the right."""
    return [found for found in statistics() if request.scope.may(verb, found.id)]


def _file(found: list[Lookup], format: Format) -> HttpResponse:
    name = f"{_('opslag')}-{timezone.localtime():%Y%m%d-%H%M}.{format}"
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(file_of(found, format), content_type=CONTENT_TYPES[format], headers=headers)

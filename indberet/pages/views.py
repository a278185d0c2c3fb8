"""The portal's own pages."""

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from indberet.access import session
from indberet.access.identity import Identity
from indberet.access.needs import needs, needs_login
from indberet.access.onward import onward_after_logout
from indberet.access.paths import own_path
from indberet.access.posted import posted
from indberet.access.scope import Scope
from indberet.access.session import PersonRequest, ScopedRequest, author_of, take_typed
from indberet.definition.danish import danish_order
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic

from .contacts import ContactForm, ContactGroup, contacts_of, remove_contact, save_contact
from .models import Contact
from .start import cards, listing_rows


@needs_login
def start(request: PersonRequest) -> HttpResponse:
    """The start page: one card per statistic; the office has a page of its own."""
    identity = request.identity
    if any(identity.oversees(statistic.id) for statistic in statistics()):
        return redirect("office")
    if request.scope is None and len(identity.municipalities) > 1:
        return redirect("choose_municipality")
    may_report = bool(request.scope and any(request.scope.may_some("report", found.id) for found in statistics()))
    return render(request, "pages/start.html", {"cards": cards(request.scope), "may_report": may_report})


@needs_login
def listings(request: PersonRequest) -> HttpResponse:
    """The list of reports."""
    if request.scope is None:
        return redirect("start")
    return render(request, "pages/listings.html", {"rows": listing_rows(request.scope)})


@needs_login
def contacts(request: PersonRequest) -> HttpResponse:
    """The contact details of each statistic one may read, with a form to add one."""
    if request.scope is None:
        return redirect("start")
    typed = take_typed(request, request.scope)
    for found in statistics() if typed else ():
        if any(name.startswith(f"{found.id}-") for name in typed or ()):
            form = ContactForm(found, typed)
            form.show_as_typed()
            return _contacts_page(request, request.scope, form=form, statistic=found)
    return _contacts_page(request, request.scope)


@needs("report")
@posted
def contact_add(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Adds a contact."""
    return _save_contact(request, statistic, None)


@needs("report")
def contact_edit(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """Shows a contact in the form, or saves it."""
    contact = Contact.objects.within(request.scope, statistic.id).get(pk=number)
    if request.method == "POST":
        return _save_contact(request, statistic, contact)
    form = ContactForm(statistic, take_typed(request, request.scope), contact=contact)
    form.show_as_typed()
    return _contacts_page(request, request.scope, form=form, statistic=statistic, editing=contact)


@needs("report")
@posted
def contact_remove(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """Removes a contact."""
    contact = Contact.objects.within(request.scope, statistic.id).get(pk=number)
    remove_contact(request.scope, statistic, contact)
    messages.success(request, _("Kontaktpersonen %(name)s er fjernet.") % {"name": contact.name})
    return redirect("contacts")


def _save_contact(request: ScopedRequest, statistic: Statistic, contact: Contact | None) -> HttpResponse:
    form = ContactForm(statistic, request.POST)
    if not form.is_valid():
        return _contacts_page(request, request.scope, form=form, statistic=statistic, editing=contact, status=422)
    saved = save_contact(request.scope, statistic, form.cleaned_data, contact)
    messages.success(request, _("Kontaktoplysningerne for %(name)s er gemt.") % {"name": saved.name})
    return redirect("contacts")


def _contacts_page(
    request: HttpRequest,
    scope: Scope,
    *,
    form: ContactForm | None = None,
    statistic: Statistic | None = None,
    editing: Contact | None = None,
    status: int = 200,
) -> HttpResponse:
    groups = [
        ContactGroup(
            statistic=found,
            contacts=contacts_of(scope, found),
            form=(form if form and found == statistic else ContactForm(found))
            if scope.may("report", found.id)
            else None,
            editing=editing if found == statistic else None,
            author=author_of(scope, page="" if editing and found == statistic else reverse("contacts")),
        )
        for found in statistics()
        if scope.may("read", found.id)
    ]
    context = {"groups": groups, "error_summary": form.summary() if form else []}
    return render(request, "pages/contacts.html", context, status=status)


@needs_login
def choose_municipality(request: PersonRequest) -> HttpResponse:
    """For whom one acts, when there are several municipalities; whoever has none has nothing to choose."""
    codes = request.identity.municipalities
    if not codes and request.method == "GET":
        return redirect("start")
    if request.method == "POST":
        try:
            session.choose_municipality(request, request.identity, request.POST.get("municipality", ""))
        except LookupError as unknown:
            raise Http404 from unknown
        return redirect(own_path(request, request.POST.get("next", "")))
    known = sorted((municipalities().known(code) for code in codes), key=lambda row: danish_order(row.label))
    rows = [(row, request.identity.only_through_another(row.code)) for row in known]
    context = {"municipalities": rows, "next": own_path(request, request.GET.get("next", ""))}
    return render(request, "access/choose_municipality.html", context)


@posted
def log_out(request: HttpRequest) -> HttpResponse:
    """Ends the session and tells the browser to forget its pages; then goes on to log out at the identity provider.

    By a page of its own, because the policy for forms (CSP form-action) lets none lead to another site.
    """
    identity: Identity | None = request.identity  # type: ignore[attr-defined]
    session.log_out(request)
    onward = onward_after_logout(identity)
    response = render(request, "access/logging_out.html", {"address": onward}) if onward else redirect("login")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@posted
def set_language(request: HttpRequest) -> HttpResponse:
    """Danish or English from now on, in this browser."""
    response = redirect(own_path(request, request.POST.get("next", "")))
    chosen = request.POST.get("language", "")
    if translation.check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


def help_page(request: HttpRequest) -> HttpResponse:
    """How to do what the guides describe, and the keyboard shortcuts."""
    return render(request, "pages/help.html", {"statistics": statistics()})


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "pages/accessibility.html")


def health(request: HttpRequest) -> HttpResponse:
    """For operations: 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def login_needed(request: HttpRequest) -> HttpResponse:
    """The log-in page when no log-in is connected."""
    return render(request, "pages/no_login.html", status=503)

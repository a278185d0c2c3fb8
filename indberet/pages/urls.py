"""Addresses of the portal's own pages."""

from django.urls import path

from . import csp_reports, session_views, views

urlpatterns = [
    path("", views.start, name="start"),
    path("listings/", views.listings, name="listings"),
    path("contacts/", views.contacts, name="contacts"),
    path("<statistic:statistic>/contacts/new/", views.contact_add, name="contact_add"),
    path("<statistic:statistic>/contacts/<int:number>/", views.contact_edit, name="contact_edit"),
    path("<statistic:statistic>/contacts/<int:number>/remove/", views.contact_remove, name="contact_remove"),
    path("municipality/", views.choose_municipality, name="choose_municipality"),
    path("logout/", views.log_out, name="logout"),
    path("login/ended/<str:how>/", session_views.login_ended, name="login_ended"),
    path("session/state/", session_views.session_state, name="session_state"),
    path("session/continue/", session_views.session_continue, name="session_continue"),
    path("csp-report/", csp_reports.csp_report, name="csp_report"),
    path("language/", views.set_language, name="set_language"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("health/", views.health, name="health"),
]

"""Addresses of the office."""

from django.urls import path

from . import session_views, views

urlpatterns = [
    path("office/", views.office, name="office"),
    path("office/municipalities.csv", views.office_file, {"format": "csv"}, name="office_csv"),
    path("office/municipalities.xlsx", views.office_file, {"format": "xlsx"}, name="office_xlsx"),
    path("office/sessions/", session_views.office_sessions, name="office_sessions"),
    path("office/sessions/end/", session_views.office_sessions_end, name="office_sessions_end"),
    path("office/extracts/<int:number>/", views.office_manifest, name="office_manifest"),
    path("office/<statistic:statistic>/<str:municipality>/", views.office_detail, name="office_detail"),
]

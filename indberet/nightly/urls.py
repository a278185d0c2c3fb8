"""Addresses of the nightly runs."""

from django.urls import path

from . import views

urlpatterns = [
    path("office/nightly/", views.nights, name="nightly"),
    path("health/nightly/", views.nightly_health, name="nightly_health"),
]

"""Addresses of the catalogue; what is searched for stands in them, and is never a person."""

from django.urls import path

from . import views

urlpatterns = [
    path("<statistic:statistic>/rules/", views.rules, name="rules"),
    path("<statistic:statistic>/codes/", views.codes, name="codes"),
]

"""Addresses of the pages that the trail is read on."""

from django.urls import path

from . import views

urlpatterns = [
    path("<statistic:statistic>/lookups/", views.lookups, name="lookups"),
    path("<statistic:statistic>/lookups/found/", views.lookups_found, name="lookups_found"),
    path("<statistic:statistic>/samples/draw/", views.sample_draw, name="sample_draw"),
    path("<statistic:statistic>/samples/", views.samples, name="samples"),
    path("<statistic:statistic>/samples/<int:number>/", views.sample, name="sample"),
    path("<statistic:statistic>/samples/<int:number>/<int:position>/", views.sample_note, name="sample_note"),
]

"""Addresses of the register; none holds a CPR number."""

from django.urls import path

from . import delete_views, overview_views, preview_views, record_views

urlpatterns = [
    path("<statistic:statistic>/<listing:kind>/", overview_views.overview, name="overview"),
    path("<statistic:statistic>/records/new/", record_views.record_new, name="record_new"),
    path("<statistic:statistic>/cases/<int:number>/records/new/", record_views.case_add, name="case_add"),
    path("<statistic:statistic>/records/<int:number>/", record_views.record_edit, name="record_edit"),
    path("<statistic:statistic>/records/<int:number>/view/", record_views.record_show, name="record_show"),
    path("<statistic:statistic>/records/<int:number>/copy/", record_views.record_copy, name="record_copy"),
    path("<statistic:statistic>/fields/", record_views.form_fields, name="form_fields"),
    path("<statistic:statistic>/delete/", delete_views.delete, name="delete"),
    path("<statistic:statistic>/deleted/", delete_views.deleted, name="deleted"),
    path("<statistic:statistic>/preview/", preview_views.preview, name="preview"),
    path("<statistic:statistic>/restore/", delete_views.restore, name="restore"),
]

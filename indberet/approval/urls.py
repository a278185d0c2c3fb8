"""Addresses of approval."""

from django.urls import path

from . import views

urlpatterns = [
    path("<statistic:statistic>/approval/", views.approval, name="approval"),
    path("<statistic:statistic>/approval/<int:year>/", views.approval, name="approval_year"),
    path("<statistic:statistic>/approval/<int:year>/give/", views.approval_give, name="approval_give"),
    path("<statistic:statistic>/approval/<int:year>/records/", views.approval_records, name="approval_records"),
    path("<statistic:statistic>/approval/report/", views.approval_report, name="approval_report"),
    path("<statistic:statistic>/approval/persons/", views.approval_persons, name="approval_persons"),
    path("<statistic:statistic>/receipts/<int:number>/", views.receipt, name="receipt"),
    path("<statistic:statistic>/receipts/<int:number>/pdf/", views.receipt_file, name="receipt_file"),
    path("<statistic:statistic>/receipts/<int:number>/confirm/", views.approval_confirm, name="approval_confirm"),
    path("<statistic:statistic>/receipts/<int:number>/refuse/", views.approval_refuse, name="approval_refuse"),
]

"""Addresses of deliveries: of systems, and of people."""

from django.urls import path

from . import api, views

urlpatterns = [
    path("api/deliveries/<statistic:statistic>/", api.receive, name="api_deliver"),
    path("api/deliveries/<statistic:statistic>/<str:key>/", api.receipt, name="api_receipt"),
    path("<statistic:statistic>/deliveries/", views.deliveries, name="deliveries"),
    path("<statistic:statistic>/deliveries/<int:number>/", views.delivery, name="delivery"),
    path("<statistic:statistic>/deliveries/<int:number>/xlsx/", views.delivery_xlsx, name="delivery_xlsx"),
]

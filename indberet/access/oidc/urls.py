"""Addresses of the log-in by OpenID Connect."""

from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/oidc/", views.oidc_login, name="oidc_login"),
    path("oidc/callback/", views.oidc_callback, name="oidc_callback"),
]

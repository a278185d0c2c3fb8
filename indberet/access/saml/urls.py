"""Addresses of log-in with MitID Erhverv; in use when LOGIN is `saml`."""

from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/saml/", views.saml_login, name="saml_login"),
    path("saml/acs/", views.saml_acs, name="saml_acs"),
    path("saml/slo/", views.saml_slo, name="saml_slo"),
    path("saml/metadata/", views.saml_metadata, name="saml_metadata"),
    path("logout/done/", views.logged_out, name="logged_out"),
]

"""Log-in by OpenID Connect, for those who have no NemLog-in; off unless INDBERET_LOGIN is oidc (ADR 47)."""

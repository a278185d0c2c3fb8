"""Whether persons will be able to log in: what `indberet check-login` looks at, point by point, without a user."""

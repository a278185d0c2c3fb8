"""The entry point for a WSGI server; `indberet serve` starts gunicorn with it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "indberet.settings")

application = get_wsgi_application()

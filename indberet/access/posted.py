"""Addresses that take what is posted, and are no pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from .paths import page_above

Answer = TypeVar("Answer", bound=HttpResponseBase)


def posted(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """Lets a view run only for what is posted (405 for all else, with the way to the page above it). The view carries
    `posted`, so that nobody is led to it by a link (paths.py).
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | HttpResponse:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        problem = {
            "status": 405,
            "heading": _("Siden kan ikke åbnes sådan"),
            "text": _("Adressen viser kun svar på en formular. Intet er ændret. Gå til siden med formularen."),
            "link": page_above(request.path),
            "link_text": _("Til siden"),
        }
        answer = render(request, "pages/error.html", {"problem": problem}, status=405)
        answer["Allow"] = "POST"
        return answer

    checked.posted = True  # type: ignore[attr-defined]
    return checked

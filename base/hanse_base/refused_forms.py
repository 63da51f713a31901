"""A form that is refused is answered with 400, whoever's view it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


class RefusedFormMiddleware:
    """Gives what was sent and drawn again with its errors the status 400. Belongs behind all that may change a view.

    allauth's and Wagtail's views answer 200 then, as Django's own do, so that nobody but a reader of the page can tell
    a refusal from success: no log, no test, no program. Two kinds stay 200, which is what their scripts take for an
    answer: dialogs of Wagtail's administration, which are JSON, and parts that htmx swaps.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        is_page = request.method == "POST" and "HX-Request" not in request.headers
        if is_page and response.status_code == 200 and _refused((response.context_data or {}).values()):
            response.status_code = 400
        return response


def _refused(values: Iterable[Any]) -> bool:
    """Whether a form among these was looked at and found wanting. Looks at none that the view did not."""
    for value in values:
        if isinstance(value, BaseForm) and value.is_bound and value._errors:
            return True
        if isinstance(value, BaseFormSet) and value.is_bound and value._errors is not None and not value.is_valid():
            return True
        if isinstance(value, list | tuple) and _refused(value):
            return True
        if isinstance(value, dict) and _refused(value.values()):
            return True
    return False

"""Response headers that neither Django nor django-csp sends; requests that Django cannot read."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

#: Features of the browser that no page of ours uses are closed, to embedded documents too; those in use are ours alone.
PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=(self)" for feature in ("autoplay", "fullscreen", "publickey-credentials-create")]
    + ["publickey-credentials-get=(self)"]
    + [
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "screen-wake-lock",
            "serial",
            "usb",
            "xr-spatial-tracking",
        )
    ]
)


class PermissionsPolicyMiddleware:
    """Sends ``Permissions-Policy`` with every answer that does not set its own. Belongs first in MIDDLEWARE."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class CharsetMiddleware:
    """Refuses forms in any other character set than UTF-8, which no browser sends for a page of ours.

    Django decodes the parts of a form by what the request names, and fails at names of Python's that are no character
    sets, such as ``base64``. Belongs before anything that reads a form.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            raise BadRequest
        return self.get_response(request)

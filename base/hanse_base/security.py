"""Response headers that neither Django nor django-csp sends."""

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

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


class LocalHostMiddleware:
    """Sends 127.0.0.1 and [::1] to localhost: a passkey needs a domain. For the demo on one's own machine only."""

    NUMBERS = ("127.0.0.1", "[::1]")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host()
        for number in self.NUMBERS:
            if host == number or host.startswith(f"{number}:"):
                port = host.removeprefix(number)
                target = f"{request.scheme}://localhost{port}{request.get_full_path()}"
                return HttpResponseRedirect(target, preserve_request=True)
        return self.get_response(request)

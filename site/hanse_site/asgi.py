import gc
import os
import sys

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from hanse_site.one_thread import get_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanse_site.settings.production")
http = get_application()

# Requests run in threads beside the loop that serves all sockets. Whoever waits for the interpreter asks for it after
# so many seconds; with Python's 5 ms a request waits that long after each of its queries while the loop has work.
sys.setswitchinterval(0.0005)

# After Django is set up: consumers import models.
from django.urls import get_resolver  # noqa: E402

from hanse_groups.routing import websocket_urlpatterns  # noqa: E402
from hanse_site.body_limit import limit_bodies  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": limit_bodies(http),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)

# The collector of garbage stops all threads while it looks at every object. What makes up the site is there for good:
# it is left out, with all addresses and what they import; young objects are looked at less often.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 10, 20)

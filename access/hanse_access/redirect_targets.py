"""What a redirect may lead to besides pages, and whether the viewer finds it there.

Views that are not named here are taken as found. Plugins add theirs in ``AppConfig.ready()``.
"""

from collections.abc import Callable

from .files import is_there

#: name of a view that shows one thing under the rule -> asked with the viewer and the view's arguments
TARGETS: dict[str, Callable[..., bool]] = {"hanse_access:file": is_there, "hanse_access:file_variant": is_there}

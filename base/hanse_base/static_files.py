"""Static files under names that change with what they hold."""

from __future__ import annotations

from django.contrib.staticfiles.storage import HashedFilesMixin

#: a whole statement at the beginning of a line, with a relative address: ``import { Live } from "./live.js";``
IMPORT = r"""(?m)^(?P<matched>(?P<what>(?:import|export)\b[^"';]*)["'](?P<url>\.\.?/[^"']+)["'];)"""


class HashedModulesMixin(HashedFilesMixin):
    """Modules of these plugins import each other under such names too.

    Otherwise a page would load the new ``chat.js`` and, out of the browser's store, last week's ``live.js``. Put it
    before a storage with a manifest: ``class Storage(HashedModulesMixin, ManifestStaticFilesStorage)``. Django's own
    ``support_js_module_import_aggregation`` reads every script, and stumbles over those of others that mention an
    import in a comment.
    """

    patterns = (*HashedFilesMixin.patterns, ("hanse_*.js", ((IMPORT, '%(what)s"%(url)s";'),)))

from whitenoise.storage import CompressedManifestStaticFilesStorage

from hanse_base.static_files import HashedModulesMixin


class SiteStaticFilesStorage(HashedModulesMixin, CompressedManifestStaticFilesStorage):
    """Compressed, under hashed names, modules too; handed out to be kept for good."""

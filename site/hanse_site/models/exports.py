from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def private_storage():
    return storages["private"]


class DataExportQuerySet(models.QuerySet["DataExport"]):
    def expired(self):
        """Past their time, whatever their state."""
        return self.filter(expires_at__lte=timezone.now())


class DataExport(models.Model):
    """A person's request for their own data, and the ZIP file that came of it.

    A person has one at a time. The file can be fetched, signed in, until ``expires_at``; then a timed job removes it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being collected")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    UNDER_WAY = (State.WAITING, State.RUNNING)

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_export")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveSmallIntegerField(_("parts done"), default=0)
    total = models.PositiveSmallIntegerField(_("parts in all"), default=0)
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    expires_at = models.DateTimeField(_("available until"))
    file = models.FileField(_("file"), storage=private_storage, upload_to="exports/", blank=True, max_length=255)
    objects = DataExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of one's own data")
        verbose_name_plural = _("copies of one's own data")

    def __str__(self) -> str:
        return f"{self.user} ({self.get_state_display()})"

    @property
    def is_available(self) -> bool:
        """There is a file, and it may still be fetched."""
        return self.state == self.State.READY and timezone.now() < self.expires_at

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

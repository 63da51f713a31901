import logging

from django.core.files import File
from django_tasks import task

from ..models import DataExport
from .export import write_zip

logger = logging.getLogger(__name__)


@task()
def collect_own_data(export_id: int) -> None:
    """Write the ZIP of one request. Running it twice does no harm: the first to finish sets the file."""
    waiting = DataExport.objects.filter(pk=export_id, state__in=DataExport.UNDER_WAY)
    if not waiting.update(state=DataExport.State.RUNNING):
        return
    export = DataExport.objects.select_related("user").get(pk=export_id)
    same = DataExport.objects.filter(pk=export_id, state=DataExport.State.RUNNING)
    try:
        with write_zip(export.user, progress=lambda done, total: same.update(done=done, total=total)) as file:
            name = export.file.storage.save(f"exports/{export.pk}.zip", File(file))
    except Exception:
        same.update(state=DataExport.State.FAILED)
        logger.exception("own data could not be collected", extra={"export": export_id})
        return
    if same.update(state=DataExport.State.READY, file=name):
        return
    # Another run was faster, or the request is gone with its account: nobody would ever remove this file.
    export.file.storage.delete(name)

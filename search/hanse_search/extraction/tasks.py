from __future__ import annotations

from django_tasks import task

from .files import read
from .models import FileText

#: Mails and all else go before: a file that is read a minute later is found a minute later.
PRIORITY = -50


@task(priority=PRIORITY)
def read_file(uuid: str) -> None:
    """Read the text of a stored file that waits for it. Running it twice does no harm: one run claims the file."""
    for waiting in FileText.objects.due().filter(uuid=uuid):
        read(waiting)

"""Files of rooms, by the actions that people use."""

from hanse_access.viewer import Viewer
from hanse_groups import actions
from hanse_groups.models import FileVersion

from .files import uploaded


def bring(room, person, name: str = "plan.txt", content: bytes = b"A plan", **values) -> FileVersion:
    """A file in the room, brought by this person."""
    return actions.add_file(room, by=person, upload=uploaded(name, content), **values)


def seen_by(person) -> set[str]:
    """Names of the files of all rooms that this person sees."""
    return {version.label for version in FileVersion.objects.visible_to(Viewer.of(person)).newest()}

from pathlib import Path

import pytest
from django.core.files.storage import storages

from hanse_access.models import PageAttachment


@pytest.fixture(autouse=True)
def private_files(tmp_path, monkeypatch):
    """A private storage of the test's own. Called, it gives the files that are in it now."""
    field = PageAttachment._meta.get_field("file")
    for storage in (storages["private"], field.storage):  # two, once a test has overridden the setting
        for attribute in ("base_location", "location"):
            monkeypatch.setitem(storage.__dict__, attribute, str(tmp_path))
    return lambda: sorted(path for path in Path(tmp_path).rglob("*") if path.is_file())

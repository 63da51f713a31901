from pathlib import Path

import pytest
from django.core.files.storage import storages


@pytest.fixture(autouse=True)
def private_files(tmp_path, monkeypatch):
    """A private storage of the test's own. Called, it gives the files that are in it now."""
    storage = storages["private"]
    for attribute in ("base_location", "location"):
        monkeypatch.setitem(storage.__dict__, attribute, str(tmp_path))
    return lambda: sorted(path for path in Path(tmp_path).rglob("*") if path.is_file())

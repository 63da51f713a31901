"""Modules that import each other are loaded under names that change with what they hold."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile

from hanse_base.static_files import HashedModulesMixin

ADDRESS = re.compile(r"""^(?:import|export)\b[^"';]*["'](\.[^"']+)["']""", re.MULTILINE)
HASHED = re.compile(r"\./[a-z_-]+\.[0-9a-f]{12}\.js")


class Storage(HashedModulesMixin, ManifestStaticFilesStorage):
    pass


def collected(folder, files: dict[str, str]) -> Storage:
    storage = Storage(location=folder, base_url="/static/")
    for name, text in files.items():
        storage.save(name, ContentFile(text.encode()))
    for _name, _hashed, done in storage.post_process({name: (storage, name) for name in files}):
        assert not isinstance(done, Exception), done
    return storage


def own_modules() -> dict[str, str]:
    found = {}
    for finder in get_finders():
        for path, storage in finder.list([]):
            if path.startswith("hanse_") and path.endswith(".js") and "/vendor/" not in path:
                found[path] = Path(storage.path(path)).read_text()
    return found


def test_every_import_of_the_collected_modules_leads_to_a_file_with_a_hashed_name(tmp_path):
    files = own_modules()
    assert {"hanse_groups/js/chat.js", "hanse_groups/js/live.js"} <= files.keys()
    storage = collected(tmp_path, files)
    number = 0
    for name, text in files.items():
        hashed = tmp_path / storage.stored_name(name)
        addresses = ADDRESS.findall(hashed.read_text())
        assert len(addresses) == len(ADDRESS.findall(text)), name
        for address in addresses:
            assert HASHED.fullmatch(address), (name, address)
            assert (hashed.parent / address).is_file()
        number += len(addresses)
    assert number > 8


def test_own_modules_import_by_statements_that_are_found():
    for name, text in own_modules().items():
        assert "import(" not in text, name
        statements = re.findall(r"""^[ \t]*import\b|^export\b[^"';()=]*\bfrom\b""", text, re.MULTILINE)
        assert len(statements) == len(ADDRESS.findall(text)), name


CHAIN = {
    "hanse_x/js/page.js": 'import { a } from "./middle.js";\nimport "./side.js";\na();\n',
    "hanse_x/js/middle.js": 'export { a } from "./end.js";\n',
    "hanse_x/js/end.js": "export const a = () => 1;\n",
    "hanse_x/js/side.js": "document.title = 'x';\n",
}


@pytest.mark.parametrize("changed", ["hanse_x/js/end.js", "hanse_x/js/side.js"])
def test_a_change_in_what_is_imported_changes_the_name_of_what_imports_it(tmp_path, changed):
    before = collected(tmp_path / "before", CHAIN)
    after = collected(tmp_path / "after", {**CHAIN, changed: CHAIN[changed] + "// new\n"})
    assert before.stored_name("hanse_x/js/page.js") != after.stored_name("hanse_x/js/page.js")


def test_scripts_of_others_are_left_as_they_are(tmp_path):
    text = "/* import x from './missing'; */\nimport y from \"./missing.js\";\n"
    storage = collected(tmp_path, {"other/script.js": text})
    assert (tmp_path / storage.stored_name("other/script.js")).read_text() == text

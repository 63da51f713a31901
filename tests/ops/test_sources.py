"""What no file of ours may hold, by its syntax: work begun before its rows are there, a second door, old names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.catalogues import ROOT, packages

pytestmark = pytest.mark.embedded

#: Functions that enqueue at once, since no row of theirs waits for a commit, or since they are run after it.
ENQUEUES_AT_ONCE = {
    "hanse_groups/actions/scans.py _enqueue": "is what on_commit calls",
    "hanse_search/elastic/surfaces.py feed_what_was_left": "timed job: the task looks for what there is to do",
    "hanse_search/extraction/files.py _take_on": "timed job, outside of any transaction: its rows are committed",
    "hanse_search/saved/tasks.py look_for_news": "timed job, outside of any transaction: its rows are committed",
    "hanse_site/account/mails.py enqueue": "is what on_commit calls",
    "hanse_site/account/mails.py send_account_mail": "a task that asks for itself once more; it writes no row",
}
#: Nobody but allauth signs a person in, after all of its stages.
SIGNING_IN = {"login", "alogin", "perform_login", "complete_signup", "login_user"}
#: what Wagtail 8, Django 5.2 and the libraries have replaced, and what design.md rules out
GONE = re.compile(
    r"\b(ModelAdmin|modeladmin|WAGTAIL_PAGE_MODEL|elasticsearch_dsl|ugettext|ugettext_lazy|force_text|smart_text"
    r"|get_storage_class|DEFAULT_FILE_STORAGE|STATICFILES_STORAGE|index_together|NullBooleanField|pytz"
    r"|django\.utils\.timezone\.utc|wagtail\.core|wagtail\.api\.v3|request\.is_ajax|default_app_config)\b"
)


#: what the policy of the site refuses: in templates it would do nothing, or only where the policy was opened for it
INLINE = re.compile(
    r"\bhx-on\b|\sjs:|\son[a-z]+\s*=\s*[\"']|\sstyle\s*=|<style\b|javascript:"
    r"|<script\b(?![^>]*\b(src=|type=[\"']application/json))",
    re.IGNORECASE,
)
#: what is kept in the cache beyond a request, and why nothing of it depends on who asks
CACHED = {
    "hanse_base/rate_limits.py": "numbers, by digests of addresses and people",
    "hanse_groups/looks.py": "that somebody looks at a room, by that person",
    "hanse_members/host_names.py": "host names of clusters, which are public",
    "hanse_search/elastic/feeding.py": "that the index is about to be fed",
    "hanse_search/management/commands/rebuild_search.py": "how far a rebuild has come",
    "hanse_site/account/middleware.py": "that a session was seen, by its key",
    "hanse_site/account/second_factor.py": "that a code was used, by factor and code",
}


def templates() -> Iterator[tuple[str, str]]:
    """Those of pages. Mails have no policy, and what reads them wants styles inline."""
    for package in packages(ROOT):
        for path in sorted(package.rglob("*.html")):
            if not {"mail", "email"} & set(path.parts):
                yield str(Path(package.name) / path.relative_to(package)), path.read_text()


def sources() -> Iterator[tuple[str, ast.Module]]:
    for package in packages(ROOT):
        for path in sorted(package.rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(Path(package.name) / path.relative_to(package)), ast.parse(path.read_text())


def functions_around(tree: ast.AST, around: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every node with the name of the innermost function that it stands in."""
    for child in ast.iter_child_nodes(tree):
        name = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else around
        yield name, child
        yield from functions_around(child, name)


def enqueued_at_once(tree: ast.AST) -> Iterator[str]:
    """Functions that take ``enqueue`` of a task, where it is not handed to ``on_commit`` in any way."""
    waiting = {
        id(node)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) == "on_commit"
        for argument in call.args
        for node in ast.walk(argument)
    }
    for function, node in functions_around(tree):
        if isinstance(node, ast.Attribute) and node.attr == "enqueue" and id(node) not in waiting:
            yield function


def signs_in(tree: ast.AST) -> Iterator[str]:
    """What a module imports or takes of Django's and allauth's ways to sign somebody in."""
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("django.contrib", "allauth")):
            names = {alias.name: alias.asname or alias.name for alias in node.names}
            modules |= set(names.values())
            yield from SIGNING_IN & set(names)
        elif isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in SIGNING_IN:
            yield from {node.attr} if _root(node) in modules else ()


def _root(node: ast.AST) -> str:
    """The name that a chain of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return getattr(node, "id", "")


def test_work_is_enqueued_after_the_commit():
    found = {f"{path} {function}" for path, tree in sources() for function in enqueued_at_once(tree)}
    assert found == set(ENQUEUES_AT_ONCE)


def test_no_code_of_ours_signs_anybody_in():
    assert {path: set(names) for path, tree in sources() if (names := list(signs_in(tree)))} == {}


def test_nothing_of_ours_uses_what_is_gone():
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for package in packages(ROOT)
        for path in package.rglob("*.py")
        if "migrations" not in path.parts
        for match in GONE.finditer(path.read_text())
    }
    assert found == set()


def test_no_viewset_has_a_policy_of_its_own():
    """Wagtail asks ``policy_registry``; what stands in a class beside it is deprecated, and a second truth."""
    found = [
        f"{path} {node.name}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for line in node.body
        if isinstance(line, ast.Assign) and any(getattr(name, "id", "") == "permission_policy" for name in line.targets)
    ]
    assert found == []


def test_no_template_holds_what_the_policy_refuses():
    """Inline handlers, styles and scripts, and htmx's own ways to run code from attributes."""
    assert {(path, match[0]) for path, text in templates() for match in INLINE.finditer(text)} == set()


@pytest.mark.parametrize(
    "text",
    [
        '<button hx-on:click="x()">',
        '<a onclick="x()">',
        '<p style="color: red">',
        "<script>x()</script>",
        '<script type="module">x()</script>',
        '<a href="javascript:x()">',
    ],
)
def test_what_the_policy_refuses_is_found(text):
    assert INLINE.search(text)
    assert not INLINE.search('<script src="x.js" type="module"></script><script type="application/json">1</script>')


def test_what_is_kept_beyond_a_request_depends_on_nobody():
    """Whoever keeps something more says here why no answer for one person can reach another."""
    uses = re.compile(
        r"\bcache(s\[[^]]*\])?\.(get|set|add|incr|get_or_set|get_many|set_many)\b|cache_page|cache_control\("
    )
    found = {path for path, tree in sources() if uses.search(ast.unparse(tree))}
    assert found - {"hanse_access/middleware.py", *SAYS_HOW_LONG} == set(CACHED)
    assert not [path for path, text in templates() if "{% cache " in text]


#: say by a header that anybody may keep the answer: feeds and themes, which are public
SAYS_HOW_LONG = {"hanse_members/views.py", "hanse_news/feeds.py"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def act():\n    task.enqueue(1)", ["act"]),
        ("def act():\n    run(partial(task.enqueue, 1))", ["act"]),
        ("def act():\n    transaction.on_commit(partial(task.enqueue, 1))", []),
        ("def act():\n    on_commit(lambda: task.enqueue(1))", []),
    ],
)
def test_what_is_enqueued_too_early_is_found(source, found):
    assert list(enqueued_at_once(ast.parse(source))) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from django.contrib.auth import login", ["login"]),
        ("from django.contrib import auth\nauth.login(request, user)", ["login"]),
        ("from allauth.account.utils import perform_login as enter", ["perform_login"]),
        ("from allauth.account.internal import flows\nflows.login.perform_login(request, login)", ["perform_login"]),
        ("from django.contrib.auth import get_user_model", []),
    ],
)
def test_a_second_door_is_found(source, found):
    assert sorted(set(signs_in(ast.parse(source))) & set(found)) == found
    assert bool(list(signs_in(ast.parse(source)))) is bool(found)

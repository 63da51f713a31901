"""Traps of Wagtail, Django, htmx and the databases beneath the site.

Two that are known have no defence here yet: nothing has a time limit of the law, which would have to ask for
``clock_timestamp()`` after taking its lock, and django-guardian is not installed (docs/adr/0034).
"""

from .trap import Edit, Trap

VIEWSETS = "access/hanse_access/viewsets.py"
GUARD = "access/hanse_access/page_guard.py"
BASE = "site/hanse_site/settings/base.py"
WIDGETS = "base/hanse_base/templates/wagtailadmin/widgets"
PANELS = "base/hanse_base/templates/wagtailadmin/panels"
CSP_INIT = "base/hanse_base/static/hanse_base/admin/csp-init.js"
FRAME = "base/hanse_base/templates/hanse_base/frames/base.html"
URLS = "site/hanse_site/urls.py"

WALK = "tests/matrix/test_admin_walk.py"
ADMIN_SCRIPTS = "tests/base/test_csp.py"
SOURCES = "tests/ops/test_sources.py"
DOORS = "tests/site/test_doors.py"
HTMX = "tests/site/test_htmx.py"
JOBS = "tests/base/test_timed_jobs.py"
HEADERS = "tests/site/test_headers.py::test_the_administration_asks_no_third_party"
CHOOSER = "tests/access/test_attachment_admin.py::TestChooser"

TRAPS = (
    Trap(
        "views of the administration ask for the model and not for the row",
        (
            Edit(
                VIEWSETS,
                "        obj = super().get_object(*args, **kwargs)\n",
                "        return super().get_object(*args, **kwargs)\n",
            ),
        ),
        (WALK,),
    ),
    Trap(
        "lists of the administration hold foreign rows",
        (
            Edit(
                VIEWSETS,
                '().get_base_queryset().filter(pk__in=reachable(self.model, self.request.user).values("pk"))',
                "().get_base_queryset()",
            ),
        ),
        ("tests/access/test_attachment_admin.py::TestList",),
    ),
    Trap(
        "a chooser offers foreign rows",
        (
            Edit(
                VIEWSETS,
                '().get_object_list().filter(pk__in=reachable(self.model_class, self.request.user).values("pk"))',
                "().get_object_list()",
            ),
        ),
        (CHOOSER,),
    ),
    Trap(
        "a chooser hands a foreign row out by its number",
        (
            Edit(VIEWSETS, "reachable(self.model_class, self.request.user).get(pk=pk)", "super().get_object(pk)"),
            Edit(
                VIEWSETS,
                "reachable(self.model_class, self.request.user).filter(pk__in=pks)",
                "super().get_objects(pks)",
            ),
        ),
        (CHOOSER,),
    ),
    Trap(
        "the history of the site tells of every row of a model that one has a permission for",
        (
            Edit(
                "members/hanse_members/groups.py",
                'Permission.objects.filter(content_type__app_label="wagtail_localize", codename="submit_translation")',
                'Permission.objects.filter(codename__in=["submit_translation", "change_cluster"])',
            ),
        ),
        ("tests/members/test_policies.py",),
    ),
    Trap(
        "the history of the site tells of pages above the own ones",
        (
            Edit(
                "access/hanse_access/page_reports.py",
                "    PageLogEntryManager.viewable_by_user = viewable_of_own_pages\n",
                "",
            ),
        ),
        ("tests/access/test_page_reports.py",),
    ),
    Trap(
        "a viewset has a policy beside the registered one",
        (
            Edit(
                "access/hanse_access/attachment_viewsets.py",
                "class PageAttachmentViewSet(ScopedViewSetMixin, ModelViewSet):\n",
                "class PageAttachmentViewSet(ScopedViewSetMixin, ModelViewSet):\n    permission_policy = None\n",
            ),
        ),
        (SOURCES,),
    ),
    Trap(
        "Wagtail's media and tags are told to whoever may enter the administration",
        (Edit(GUARD, "name.startswith(MEDIA_VIEWS) and not _works_with_media(request.user)", "False"),),
        ("tests/matrix/test_media.py",),
    ),
    Trap(
        "choosers print a script",
        (Edit("base/hanse_base/csp.py", "    BaseChooser.render = render_chooser\n", ""),),
        (ADMIN_SCRIPTS,),
    ),
    *(
        Trap(
            f"the field for a {name} prints a script",
            (
                Edit(
                    f"{WIDGETS}/{name}_input.html",
                    f"{{% csp_init_json '{function}' widget.attrs.id widget.config_json %}}",
                    f"<script>{function}();</script>",
                ),
            ),
            (ADMIN_SCRIPTS,),
        )
        for name, function in (
            ("date", "initDateChooser"),
            ("time", "initTimeChooser"),
            ("datetime", "initDateTimeChooser"),
        )
    ),
    Trap(
        "panels for children print a script",
        (Edit(f"{PANELS}/inline_panel.html", "{% block js_init %}", "{% block other_js_init %}"),),
        (ADMIN_SCRIPTS,),
    ),
    Trap(
        "panels with a chooser for several print a script",
        (Edit(f"{PANELS}/multiple_chooser_panel.html", "{% block js_init %}", "{% block other_js_init %}"),),
        (ADMIN_SCRIPTS,),
    ),
    Trap(
        "the editor of rich text brings styles of its own",
        (Edit(CSP_INIT, 'String(name).toLowerCase() === "style" ? "csp-style" : name', "name"),),
        ("tests/e2e/test_admin_policy.py::test_empty_rich_text_shows_its_placeholder",),
        browser=True,
    ),
    Trap(
        "what a widget carries as data is called by nobody",
        (Edit(CSP_INIT, "          window[name](...args);", ""),),
        ("tests/e2e/test_admin_policy.py::test_publication_date_has_a_picker",),
        browser=True,
    ),
    Trap(
        "pictures of people are asked of a third party",
        (Edit(BASE, "WAGTAIL_GRAVATAR_PROVIDER_URL = None\n", ""),),
        (HEADERS,),
    ),
    Trap(
        "the administration asks abroad for updates",
        (Edit(BASE, "WAGTAIL_ENABLE_UPDATE_CHECK = False\n", ""),),
        (HEADERS,),
    ),
    Trap(
        "the administration shows news from abroad",
        (Edit(BASE, "WAGTAIL_ENABLE_WHATS_NEW_BANNER = False\n", ""),),
        (HEADERS,),
    ),
    Trap(
        "the administration's own sign-in stays open",
        (Edit(URLS, '    path("admin/", include(doors.admin_urlpatterns)),\n', ""),),
        (DOORS,),
    ),
    Trap(
        "the sign-in of closed pages stays open",
        (Edit(URLS, 'path("", include(doors.page_urlpatterns)), ', ""),),
        (DOORS,),
    ),
    Trap(
        "Django's administration is a door too",
        (
            Edit(BASE, '    "django.contrib.auth",\n', '    "django.contrib.auth",\n    "django.contrib.admin",\n'),
            Edit(
                URLS,
                '    path("documents/",',
                '    path("django-admin/", __import__("django.contrib.admin").contrib.admin.site.urls),\n'
                '    path("documents/",',
            ),
        ),
        (DOORS,),
    ),
    Trap(
        "passkeys are made for a number in place of a name",
        (
            Edit(
                "site/hanse_site/settings/demo.py",
                '["hanse_site.local_host.LocalHostMiddleware", *MIDDLEWARE]',
                "[*MIDDLEWARE]",
            ),
        ),
        ("tests/site/test_local_host.py",),
    ),
    Trap(
        "htmx brings styles of its own",
        (Edit(FRAME, '"includeIndicatorStyles": false, ', ""),),
        (HTMX,),
    ),
    Trap(
        "htmx evaluates what attributes say",
        (Edit(FRAME, '"allowEval": false, ', ""),),
        (HTMX,),
    ),
    Trap(
        "an attribute holds code for htmx",
        (Edit(FRAME, "<body", '<body hx-on:click="run()"'),),
        (SOURCES,),
    ),
    Trap(
        "what is deprecated or ruled out comes in",
        (
            Edit(
                "search/hanse_search/words.py",
                "from __future__ import annotations\n",
                "from __future__ import annotations\n\nimport elasticsearch_dsl\n",
            ),
        ),
        (SOURCES,),
    ),
    Trap(
        "a task begins before what it is about is committed",
        (
            Edit(
                "site/hanse_site/account/actions.py",
                "transaction.on_commit(partial(collect_own_data.enqueue, export.pk))",
                "collect_own_data.enqueue(export.pk)",
            ),
        ),
        (SOURCES,),
    ),
    Trap(
        "two workers run the same timed job",
        (
            Edit(
                "base/hanse_base/clock.py",
                "        .filter(pk=state.pk, started_at=state.started_at)\n",
                "        .filter(pk=state.pk)\n",
            ),
        ),
        (JOBS,),
    ),
    Trap(
        "nobody knows when a timed job last ran",
        (Edit("base/hanse_base/clock.py", "        ended_at=timezone.now(),\n", ""),),
        (JOBS,),
    ),
    Trap(
        "a task that is run twice does its work twice",
        (
            Edit(
                "site/hanse_site/account/tasks.py",
                "filter(pk=export_id, state__in=DataExport.UNDER_WAY)",
                "filter(pk=export_id)",
            ),
        ),
        ("tests/site/test_own_data.py",),
    ),
    Trap(
        "the demo has nobody for its tasks",
        (Edit("scripts/demo.py", '        [sys.executable, "manage.py", "run_worker"],\n', ""),),
        ("tests/ops/test_demo_script.py::test_the_first_start_makes_a_site_with_its_people",),
    ),
    Trap(
        "writers to SQLite turn each other away",
        (Edit(BASE, '    "transaction_mode": "IMMEDIATE",\n', ""),),
        ("tests/ops/test_sqlite.py",),
    ),
    Trap(
        "readers of SQLite wait for writers",
        (Edit(BASE, "PRAGMA journal_mode=WAL; ", ""),),
        ("tests/ops/test_sqlite.py",),
    ),
)

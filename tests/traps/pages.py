"""Traps around pages that follow the rule."""

from .trap import Edit, Trap

PAGES = "access/hanse_access/pages.py"
HOOKS = "access/hanse_access/wagtail_hooks.py"
GUARD = "access/hanse_access/page_guard.py"
CLOSED = "access/hanse_access/page_closed.py"
MAILS = "access/hanse_access/page_mails.py"
SIGNALS = "access/hanse_access/page_signals.py"
REPORTS = "access/hanse_access/page_reports.py"
CONTENT = "access/hanse_access/page_content.py"
HOSTS = "members/hanse_members/cluster_hosts.py"

SURFACES = "tests/access/test_page_surfaces.py"
OF_PAGES = "tests/access/test_pages.py"
OF_CLOSED = "tests/access/test_page_closed.py"
OF_FORMS = "tests/access/test_page_form.py"
OF_FILES = "tests/access/test_files.py"
OF_HOSTS = "tests/members/test_cluster_hosts.py"

VERSIONED = """    def serializable_data(self):
        return super().serializable_data() | {"seen_by": self.page_audience.audience_id}

    def with_content_json(self, content):
        if "seen_by" in content:
            PageAudience.objects.filter(page=self.pk).update(audience=content["seen_by"])
        return super().with_content_json(content)

    def save_revision("""

TRAPS = (
    Trap(
        "an audience among the fields of a page comes back with an older version",
        (Edit(PAGES, "    def save_revision(", VERSIONED),),
        (f"{OF_PAGES}::TestNotVersioned",),
    ),
    Trap(
        "aliases and translations keep their own audience",
        (Edit(PAGES, "page__in=page_family([self.pk]))", "page=self.pk)"),),
        (f"{OF_PAGES}::TestFamily",),
    ),
    Trap(
        "a new alias or translation is seen by others than its source",
        (
            Edit(
                "access/hanse_access/page_births.py",
                "for relatives in (Q(page=page.alias_of_id), Q(page=_copied.get()), siblings):",
                "for relatives in (Q(page=_copied.get()),):",
            ),
        ),
        (f"{OF_PAGES}::TestFamily",),
    ),
    Trap(
        "sitemap and what Wagtail calls public hold closed pages",
        (Edit(SIGNALS, "    PageQuerySet.private_q = private_or_closed_q\n", ""),),
        (f"{SURFACES}::TestReaders::test_it_is_not_in_the_sitemap",),
    ),
    Trap(
        "thousands of closed pages stand in the query one by one",
        (
            Edit(
                SIGNALS,
                "Q(pk__in=closed_page_ids()) if",
                'Q(pk__in=list(closed_page_ids().values_list("pk", flat=True))) if',
            ),
        ),
        (f"{OF_PAGES}::test_private_pages_are_found_with_one_query_more_than_wagtail_needs",),
    ),
    Trap(
        "a closed page is served to whoever has its address",
        (
            Edit(
                PAGES, "if result.page.pk == self.pk and not self.is_visible_to", "if False and not self.is_visible_to"
            ),
            Edit(
                HOOKS,
                "isinstance(page, ScopedPageMixin) and not page.is_visible_to",
                "False and not page.is_visible_to",
            ),
        ),
        (f"{SURFACES}::TestReaders::test_a_hidden_page_is_the_answer_of_a_missing_one",),
    ),
    Trap(
        "a page type that routes by itself serves a closed page",
        (
            Edit(
                HOOKS,
                "isinstance(page, ScopedPageMixin) and not page.is_visible_to",
                "False and not page.is_visible_to",
            ),
        ),
        (f"{SURFACES}::TestReaders::test_either_defence_is_enough",),
    ),
    Trap(
        "an API serves pages by a rule of its own",
        (
            Edit(
                "site/hanse_site/urls.py",
                '    path("sitemap.xml",',
                '    path("api/pages/<int:pk>/", __import__("wagtail.api.v2.views").api.v2.views.PagesAPIViewSet'
                '.as_view({"get": "detail_view"})),\n    path("sitemap.xml",',
            ),
        ),
        ("tests/matrix/test_coverage.py",),
    ),
    Trap(
        "the chooser offers every page",
        (Edit(HOOKS, "return known_pages(request.viewer, pages)", "return pages"),),
        (f"{SURFACES}::TestChoosers",),
    ),
    Trap(
        "the explorer lists every page",
        (Edit(HOOKS, "return explorable_pages(request.viewer, pages)", "return pages"),),
        (f"{SURFACES}::TestExplorer::test_whatever_a_listing_asks_for_it_gets_pages_of_the_person_only",),
    ),
    Trap(
        "views of the administration find any page by its number",
        (Edit(GUARD, "                kwargs[argument] = type(kwargs[argument])(MISSING)", "                pass"),),
        (f"{SURFACES}::TestExplorer",),
    ),
    Trap(
        "revisions of any page are compared and restored by their number",
        (Edit(GUARD, "in kwargs.keys() & PAGE_BEHIND.keys():", "in ():"),),
        ("tests/access/test_page_relations.py", f"{SURFACES}::TestExplorer"),
    ),
    Trap(
        "whoever edits a section meets pages in it that are for a room alone",
        (
            Edit(CLOSED, "return may and not is_closed_to(user, instance)", "return may"),
            Edit(CLOSED, "return pages.exclude(closed_q(viewer_for(user)))", "return pages"),
        ),
        (f"{OF_CLOSED}::TestWho",),
    ),
    Trap(
        "Wagtail reads page permissions past its own policy",
        (Edit(PAGES, "            self.permissions = set()\n", "            pass\n"),),
        (OF_CLOSED,),
    ),
    Trap(
        "mails of the workflow tell of pages for a room",
        (
            Edit(
                MAILS,
                "recipients, context = _with_stake(page, recipients), _without_words(page, context)",
                "recipients = _with_stake(page, recipients)",
            ),
        ),
        (f"{OF_CLOSED}::TestReviews",),
    ),
    Trap(
        "mails about comments go to whoever once worked on a page",
        (Edit(MAILS, "send_notification(_with_stake(page, recipient_users),", "send_notification(recipient_users,"),),
        (f"{OF_CLOSED}::TestComments",),
    ),
    Trap(
        "media of a closed page are open to whoever has their address",
        (
            Edit(
                "access/hanse_access/models/attachments.py",
                'cls.uses.through.objects.filter(visible_page_q(viewer, now=now, prefix="page__"))',
                "cls.uses.through.objects.all()",
            ),
        ),
        (f"{OF_FILES}::TestWhoSeesIt",),
    ),
    Trap(
        "a draft opens the files that it refers to",
        (
            Edit(
                "access/hanse_access/attachment_uses.py",
                "record_uses(type(instance)._base_manager.get(pk=instance.pk))",
                "record_uses(instance)",
            ),
        ),
        (f"{OF_FILES}::TestWhoSeesIt::test_saving_some_fields_of_a_draft_opens_nothing",),
    ),
    Trap(
        "public media stand on pages that are not public",
        (Edit(PAGES, "            if PUBLIC not in scopes:\n", "            if not scopes:\n"),),
        (f"{OF_FORMS}::TestPublicMedia",),
    ),
    Trap(
        "a page with public media is closed afterwards",
        (
            Edit(
                PAGES,
                "        if PUBLIC in scopes:\n            return\n        if fields",
                "        return\n        if fields",
            ),
        ),
        (f"{OF_FORMS}::TestPublicMedia",),
    ),
    Trap(
        "embedded media hide in rich text",
        (
            Edit(
                CONTENT,
                '        return _EMBED_IN_RICH_TEXT in (getattr(page, field.name) or "")',
                "        return False",
            ),
        ),
        (f"{OF_FORMS}::TestPublicMedia",),
    ),
    Trap(
        "embedded media hide in the cells of a typed table",
        (Edit(CONTENT, "    elif isinstance(block, BaseTypedTableBlock):", "    elif False:"),),
        (f"{OF_FORMS}::TestPublicMedia",),
    ),
    Trap(
        "the count of an audience leaves out those who edit the page",
        (Edit("access/hanse_access/readings.py", "    if about is not None:\n", "    if False:\n"),),
        ("tests/access/test_audience_field.py", f"{OF_FORMS}::TestAudience"),
    ),
    Trap(
        "links in texts tell the address of a hidden page",
        (Edit(HOOKS, "    features.register_link_type(VisiblePageLinkHandler)\n", ""),),
        (f"{SURFACES}::TestReaders",),
    ),
    Trap(
        "reports name who works on foreign pages",
        (Edit(REPORTS, "    for filter_set, choices in CHOICES.items():", "    for filter_set, choices in ():"),),
        ("tests/access/test_page_reports.py",),
    ),
    Trap(
        "a session of the platform opens closed pages under a cluster's own host",
        (Edit(HOSTS, "        _forget_the_person(request)\n", ""),),
        (f"{OF_HOSTS}::TestWhoAsks",),
    ),
    Trap(
        "a cluster's own host sets cookies",
        (Edit(HOSTS, "    response.cookies.clear()\n", ""),),
        (f"{OF_HOSTS}::TestWhoAsks",),
    ),
    Trap(
        "a cluster's own host serves more than the cluster",
        (Edit(HOSTS, "        if not _serves(request.path.removeprefix(root), slug):\n", "        if False:\n"),),
        (f"{OF_HOSTS}::TestWhatIsServed",),
    ),
)

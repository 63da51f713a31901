import factory
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Locale, Page, Site

from hanse_access.actions import change_audience
from tests.testapp.models import OpenTestPage, ScopedTestPage


class PageFactory(factory.django.DjangoModelFactory):
    """A live page below ``parent`` (default: the home page)."""

    class Meta:
        model = OpenTestPage

    title = factory.Sequence(lambda n: f"Page {n}")
    slug = factory.Sequence(lambda n: f"page-{n}")

    @classmethod
    def _create(cls, model_class, *args, parent=None, scopes=None, **kwargs):
        page = (parent or home_page()).add_child(instance=model_class(*args, **kwargs))
        if scopes is not None:
            change_audience(page, scopes=scopes, by=None)
        return page


class ScopedPageFactory(PageFactory):
    """``scopes`` are set with ``change_audience``; without them only the editors see the page."""

    class Meta:
        model = ScopedTestPage


def home_page() -> Page:
    """The root of the default site, made on first use."""
    page = OpenTestPage.objects.filter(slug="test-home").first()
    if page is None:
        Locale.objects.get_or_create(language_code="en")
        root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
        page = root.add_child(instance=OpenTestPage(title="Test home", slug="test-home"))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"root_page": page, "hostname": "localhost", "site_name": "Test"}
        )
    return page


def give_page_permissions(user, page, *actions) -> Group:
    """Put the user into a group of editors of this page and all below it. Default: all that editors may do."""
    group = Group.objects.create(name=f"Editors {user.pk} {page.pk}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for action in actions or ("add", "change", "publish"):
        GroupPagePermission.objects.create(group=group, page=page, permission_type=action)
    user.groups.add(group)
    return group

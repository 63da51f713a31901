"""Closed scopes open to an operator only with a reason, for 30 minutes, for page views, on record."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from hanse_access import actions
from hanse_access.models import AuditEvent, BreakGlass
from hanse_access.operators import operator_group
from hanse_access.scopes import Scope
from hanse_access.shortcuts import get_visible_or_404
from hanse_access.viewer import Viewer
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item

pytestmark = pytest.mark.django_db
REASON = "A member reported threats in this room"


@pytest.fixture
def operator():
    operator = UserFactory()
    operator.groups.add(operator_group())
    return operator


@pytest.fixture
def room():
    return RoomFactory(listed=False)


@pytest.fixture
def item(room):
    return ItemFactory(scopes=[Scope("room", room.pk)])


def view(user, item, **kwargs):
    request = RequestFactory().get("/")
    request.viewer = Viewer.of(user)
    return get_visible_or_404(request, Item.objects, pk=item.pk, **kwargs)


def test_an_operator_sees_a_closed_room_only_by_break_glass_and_only_as_a_page(operator, room, item):
    with pytest.raises(Http404):
        view(operator, item, page_view=True)
    actions.break_glass(by=operator, scope=Scope("room", room.pk), reason=REASON)
    assert view(operator, item, page_view=True) == item
    with pytest.raises(Http404):
        view(operator, item)
    assert not Item.objects.visible_to(Viewer.of(operator)).exists()


def test_it_ends_after_thirty_minutes(operator, room, item):
    glass = actions.break_glass(by=operator, scope=Scope("room", room.pk), reason=REASON)
    assert glass.closes_at - glass.opened_at == timedelta(minutes=30)
    BreakGlass.objects.update(closes_at=timezone.now())
    with pytest.raises(Http404):
        view(operator, item, page_view=True)


def test_it_can_be_ended_early_by_who_opened_it(operator, room, item):
    glass = actions.break_glass(by=operator, scope=Scope("room", room.pk), reason=REASON)
    with pytest.raises(PermissionDenied):
        actions.close_glass(glass, by=UserFactory())
    actions.close_glass(glass, by=operator)
    with pytest.raises(Http404):
        view(operator, item, page_view=True)


def test_it_is_in_the_trail_of_the_room(operator, room):
    actions.break_glass(by=operator, scope=Scope("room", room.pk), reason=REASON)
    event = AuditEvent.objects.get(verb="break_glass.opened")
    assert (event.scope_kind, event.scope_id) == ("room", room.pk)


def test_it_needs_the_permission_a_reason_and_something_closed(operator, room):
    scope = Scope("room", room.pk)
    with pytest.raises(PermissionDenied):
        actions.break_glass(by=UserFactory(), scope=scope, reason=REASON)
    with pytest.raises(ValidationError):
        actions.break_glass(by=operator, scope=scope, reason="short")
    with pytest.raises(ValidationError):
        actions.break_glass(by=operator, scope=Scope("public", 0), reason=REASON)
    with pytest.raises(ValidationError):
        actions.break_glass(by=operator, scope=Scope("room", 999999), reason=REASON)
    operator.is_active = False
    operator.save()
    with pytest.raises(PermissionDenied):
        actions.break_glass(by=operator, scope=scope, reason=REASON)


def test_operators_use_it_in_the_administration(client, operator, room):
    client.force_login(operator)
    assert client.get("/admin/access/break-glass/").status_code == 200
    refused = client.post("/admin/access/break-glass/", {"kind": "room", "scope": room.pk, "reason": "short"})
    assert refused.status_code == 400
    assert "20" in refused.content.decode()
    client.post("/admin/access/break-glass/", {"kind": "room", "scope": room.pk, "reason": REASON})
    glass = BreakGlass.objects.get()
    assert REASON in client.get("/admin/access/break-glass/").content.decode()
    client.post(f"/admin/access/break-glass/{glass.pk}/close/")
    assert not BreakGlass.objects.open().exists()


def test_the_trail_is_readable_in_the_administration(client, operator, room):
    actions.break_glass(by=operator, scope=Scope("room", room.pk), reason=REASON)
    client.force_login(operator)
    page = client.get("/admin/access/audit-trail/")
    assert "break-glass" in page.content.decode()
    assert client.get("/admin/access/audit-trail/?export=csv").status_code == 200

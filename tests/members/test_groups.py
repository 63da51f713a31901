"""Django groups follow the roles at once, whoever changes what."""

import pytest

from hanse_members import actions
from hanse_members.roles import Role

pytestmark = pytest.mark.django_db


def groups_of(person):
    return set(person.groups.all())


def test_the_groups_follow_the_role(photonik, member, manager):
    membership = member.memberships.get()
    expected = {Role.EDITOR: {photonik.editors_group}, Role.MANAGER: {photonik.managers_group}, Role.MEMBER: set()}
    for role, groups in expected.items():
        actions.set_role(membership, role, by=manager)
        assert groups_of(member) == groups


def test_suspension_and_leaving_take_the_group_away(photonik, editor, manager):
    membership = editor.memberships.get()
    actions.suspend_membership(membership, by=manager)
    assert groups_of(editor) == set()
    actions.approve_membership(membership, by=manager)
    assert groups_of(editor) == {photonik.editors_group}
    actions.end_membership(membership, by=manager)
    assert groups_of(editor) == set()


def test_a_person_who_becomes_inactive_loses_the_groups_and_regains_them(photonik, editor):
    editor.is_active = False
    editor.save()
    assert groups_of(editor) == set()
    editor.is_active = True
    editor.save(update_fields=["is_active"])
    assert groups_of(editor) == {photonik.editors_group}


def test_nobody_gets_a_role_by_being_put_into_its_group(photonik, member, editor):
    member.groups.add(photonik.managers_group)
    assert groups_of(member) == set()
    photonik.managers_group.user_set.add(member, editor)
    assert groups_of(member) == set()
    assert groups_of(editor) == {photonik.editors_group}


def test_nobody_loses_a_role_by_being_taken_out_of_its_group(photonik, editor):
    editor.groups.clear()
    assert groups_of(editor) == {photonik.editors_group}
    photonik.editors_group.user_set.clear()
    assert groups_of(editor) == {photonik.editors_group}


def test_other_groups_of_a_person_are_left_alone(photonik, operator, manager):
    membership = actions.add_member(person=operator, cluster=photonik, role=Role.EDITOR, by=operator)
    actions.end_membership(membership, by=manager)
    assert [group.name for group in operator.groups.all()] == ["Operators"]


def test_deleting_memberships_takes_the_groups_away(editor):
    editor.memberships.all().delete()
    assert groups_of(editor) == set()

import pytest

from hanse_members import actions
from hanse_members.actions import organisation_imports
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def brought(cluster, manager):
    def brought(text, **fixed):
        data = text if isinstance(text, bytes) else text.encode()
        fixed = {"cluster": cluster, "file_name": "organisations.csv", "by": manager} | fixed
        return actions.bring_organisations(data=data, **fixed)

    return brought


@pytest.fixture
def carried_out(brought, manager):
    def carried_out(text, **fixed):
        found = brought(text, **fixed)
        run_table(found, by=fixed.get("by", manager))
        return found

    return carried_out


def run_table(found, by):
    actions.run_organisations(found, by=by)
    organisation_imports.work_off_organisations.call(found.pk)
    found.refresh_from_db()

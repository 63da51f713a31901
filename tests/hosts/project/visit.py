"""Runs inside the host: founds a cluster, admits a person, asks for pages. Prints what it found as JSON."""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - needs the setup
from django.contrib.staticfiles import finders  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import translation  # noqa: E402

import hanse_members  # noqa: E402
from hanse_members.actions import add_member, create_cluster  # noqa: E402
from hanse_members.models import Membership  # noqa: E402

User = get_user_model()
person = User.objects.create_user("grace", email="grace@example.org", first_name="Grace", last_name="Hopper")
chief = User.objects.create_superuser("chief", email="chief@example.org")
cluster = create_cluster(name="Photonics North", slug="photonics-north", by=chief)
add_member(person=person, cluster=cluster, by=chief)


def ask(address: str, user=None) -> dict:
    client = Client(headers={"host": "localhost"})
    if user is not None:
        client.force_login(user)
    response = client.get(address, follow=True)
    return {"status": response.status_code, "html": response.content.decode()}


with translation.override("de"):
    german = str(Membership._meta.verbose_name_plural)

json.dump(
    {
        "user_model": User._meta.label,
        "package": str(Path(hanse_members.__file__).parent),
        "german": german,
        "style": bool(finders.find("hanse_base/css/base.css")),
        "pages": {
            "entry": ask("/en/c/photonics-north/"),
            "entry in German": ask("/de/c/photonics-north/"),
            "directory": ask("/en/c/"),
            "hidden": ask("/en/c/none/"),
            "memberships": ask("/memberships/", person),
            "dashboard": ask("/dashboard/", person),
            "search": ask("/search/?q=photonic&kind=cluster", person),
            "suggestions": ask("/search/suggestions/?q=phot", person),
            "administration": ask("/admin/", chief),
            "clusters in the administration": ask(reverse("hanse_members_clusters:index"), chief),
        },
    },
    sys.stdout,
)

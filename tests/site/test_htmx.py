"""htmx's defaults need what the policy of the site refuses, and keep pages in the browser after the sign-out."""

import json
import re

import pytest
from django.urls import reverse

from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.mark.parametrize("signed_in", [False, True])
def test_htmx_is_told_to_evaluate_nothing_and_to_keep_nothing(client, signed_in):
    if signed_in:
        client.force_login(UserFactory())
    page = client.get(reverse("hanse_base:dashboard" if signed_in else "account_login")).content.decode()
    config = json.loads(re.search(r"""<meta name="htmx-config" content='([^']+)'""", page)[1])
    assert config["includeIndicatorStyles"] is False
    assert config["allowEval"] is False
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0
    assert config["refreshOnHistoryMiss"] is True
    assert not re.search(r"\bhx-on[:=-]", page)

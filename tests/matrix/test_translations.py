"""Overrides of a translation are no way to a file of somebody else."""

import pytest
from wagtail.models import Locale
from wagtail_localize.models import SegmentOverride, Translation, TranslationSource

from .probes import client_of

pytestmark = pytest.mark.postgresql

MISSING = 987654


@pytest.fixture
def override(world):
    """Puts a number in the place of the file on the German translation of a page of Alpha."""
    source, _created = TranslationSource.update_or_create_from_instance(world.items["alpha", "own"].specific)
    german = Locale.objects.get(language_code="de")
    translation = Translation.objects.create(source=source, target_locale=german)
    translation.save_target(publish=True)
    segment = source.overridablesegment_set.get()
    client = client_of(world, "editor_alpha")

    def put(number):
        url = f"/admin/localize/translate/{translation.pk}/overrides/{segment.pk}/edit/"
        answer = client.put(url, data=f"value={number}", content_type="application/x-www-form-urlencoded")
        client.post(f"/admin/pages/{translation.get_target_instance().pk}/edit/", {"action": "publish"})
        return answer.status_code

    return put


def test_a_file_of_another_cluster_cannot_be_put_on_a_translation(world, override):
    client = client_of(world, "editor_alpha")
    theirs = world.files["beta", "editors"]
    for number in (theirs.pk, f"%20{theirs.pk}", f"%2B{theirs.pk}", MISSING):
        assert override(number) == 403
    assert not SegmentOverride.objects.exists()
    assert client.get(theirs.url).status_code == 404


def test_an_own_file_can(world, override):
    assert override(world.files["alpha", "both"].pk) == 201

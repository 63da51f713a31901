"""The logo of a cluster."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from hanse_access.attachments import store_attachment
from hanse_access.audit import record
from hanse_access.operators import may
from hanse_access.uploads import CleanUpload

from ..colours import DARK, LIGHT
from ..logos import check_logo
from ..models import Cluster, ClusterLogo
from .errors import NotPermitted
from .standing import manages

#: input of the settings -> the colour set in which the logo is shown, and what it stands on there
LOGOS = {
    "logo": (ClusterLogo.Shade.LIGHT, LIGHT),
    "logo_dark": (ClusterLogo.Shade.DARK, DARK),
}


@transaction.atomic
def set_logos(cluster: Cluster, *, by, **logos: CleanUpload | None) -> None:
    """Put new logos, named as in ``LOGOS``, in the place of those there are; None takes one away.

    Managers change their own cluster's, operators all. Raises NotPermitted, or ValidationError by input for a logo that
    is hard to make out.
    """
    cluster = Cluster.objects.select_for_update(of=("self",)).get(pk=cluster.pk)
    if not (may(by, "hanse_members.change_cluster") or manages(by, cluster)):
        raise NotPermitted
    if errors := errors_of_logos(**logos):
        raise ValidationError(errors)
    for name, upload in logos.items():
        shade, _surfaces = LOGOS[name]
        cluster.logos.filter(shade=shade).delete()
        if upload is not None:
            store_attachment(ClusterLogo(cluster=cluster, shade=shade), upload=upload, by=by)
    if logos:
        scope = ("cluster", cluster.pk)
        record("cluster.settings_changed", by=by, obj=cluster, scope=scope, fields=sorted(logos))


def errors_of_logos(**logos: CleanUpload | None) -> dict[str, ValidationError]:
    """What is wrong with each, by input."""
    errors = {}
    for name, upload in logos.items():
        try:
            if upload is not None:
                check_logo(upload, LOGOS[name][1])
        except ValidationError as problem:
            errors[name] = problem
    return errors

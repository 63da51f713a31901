"""Issuing terms."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may

from ..models import Cluster, Terms
from .errors import NotPermitted, NotPossible
from .standing import manages


@transaction.atomic
def issue_terms(*, cluster: Cluster | None, texts: dict[str, str], by, kind: str = Terms.Kind.MEMBERS) -> Terms:
    """Put a new version in force: a cluster's own, or with None the platform's. From now on members are asked for it.

    The contract (``kind``) is the platform's, and asked of the managers of its clusters.

    ``texts`` by code of the language; empty ones are left out. Managers issue those of their own cluster, operators
    all. Raises NotPermitted, or NotPossible without any text or where it says what is in force already.
    """
    if not (may(by, "hanse_members.add_terms") or (cluster is not None and manages(by, cluster))):
        raise NotPermitted
    if kind == Terms.Kind.CONTRACT and cluster is not None:
        raise NotPossible(_("The contract with clusters is the platform's."))
    texts = {code: text.strip() for code, text in texts.items() if text.strip()}
    if not texts:
        raise NotPossible(_("Please write the text in one language at least."))
    newest = Terms.objects.filter(cluster=cluster, kind=kind).order_by("-version").first()
    if newest is not None and newest.texts == texts:
        raise NotPossible(_("These terms are in force already."))
    version = newest.version + 1 if newest is not None else 1
    terms = Terms(kind=kind, cluster=cluster, version=version, texts=texts)
    terms.digest = terms.compute_digest()
    try:
        with transaction.atomic():
            terms.save(force_insert=True)
    except IntegrityError as error:
        raise NotPossible(_("Somebody else has issued a version in the meantime. Please look at it first.")) from error
    scope = ("cluster", cluster.pk) if cluster is not None else None
    record("terms.issued", by=by, obj=terms, scope=scope, version=version, digest=terms.digest)
    return terms

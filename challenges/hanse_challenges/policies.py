"""Who looks at questions in the administration: by the rule, and never by name."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import Q

from hanse_access.operators import may, people_who_may
from hanse_access.policies import NOTHING, InstancePolicy
from hanse_access.readings import recipients
from hanse_access.viewer import Viewer
from hanse_members.models import Membership
from hanse_members.roles import Role

from .models import Question

VIEW = "hanse_challenges.view_question"


class QuestionPolicy(InstancePolicy):
    """Managers see those of their cluster that the rule shows them, operators all but those for closed circles.

    They are read there and changed by who asked alone, on the page of the question.
    """

    actions = ("view",)

    def allowed_q(self, user, action):
        if may(user, VIEW):
            return ~Q(pk__in=Question.objects.discreet().order_by().values("pk"))
        managed = Viewer.of(user).decides.get("cluster")
        if not managed:
            return NOTHING
        seen = Question.objects.visible_to(Viewer.of(user)).filter(cluster__in=managed)
        return Q(pk__in=seen.order_by().values("pk"))

    def may_ever(self, user, action):
        """The list is there for whoever could find something in it, so that it does not tell by its absence."""
        return may(user, VIEW) or Membership.objects.with_role(Role.MANAGER).of(user).exists()

    def people(self, action, instance=None):
        operators = Q(pk__in=people_who_may(VIEW).order_by().values("pk"))
        managers = Membership.objects.with_role(Role.MANAGER).order_by()
        if instance is None:
            who = operators | Q(pk__in=managers.values("person_id"))
        else:
            seeing = recipients(instance).order_by().values("pk")
            who = Q(pk__in=managers.filter(cluster_id=instance.cluster_id).values("person_id")) & Q(pk__in=seeing)
            if not Question.objects.discreet().filter(pk=instance.pk).exists():
                who |= operators
        return get_user_model()._default_manager.filter(who, is_active=True)

"""Who may act. One class answers may she, which ones and who, so that the three can never drift apart."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from .operators import may, people_who_may

NOTHING = Q(pk__in=[])


class InstancePolicy(BasePermissionPolicy):
    """Permission policy of a model whose rows belong to somebody.

    A subclass says, for an active user, which rows an action is allowed on (``allowed_q``), whether the user may add
    (``may_add``), and who may do it to a row (``people``). Everything else is derived. Inactive people, visitors and
    unknown actions get nothing. Register with ``wagtail.permissions.register_permission_policy`` in
    ``AppConfig.ready()``.
    """

    #: the actions this policy knows
    actions: Collection[str] = ("add", "view", "change", "delete")

    def allowed_q(self, user, action: str) -> Q:
        """Rows on which ``user`` may do ``action``. Never called with "add"."""
        return NOTHING

    def may_add(self, user) -> bool:
        return False

    def may_ever(self, user, action: str) -> bool:
        """Whether ``user`` may do ``action`` to some row; by default, whether there is such a row."""
        return self.model._default_manager.filter(self.allowed_q(user, action)).exists()

    def people(self, action: str, instance: Model | None = None) -> QuerySet:
        """The active people who may do ``action`` to ``instance``, or to any row."""
        return get_user_model()._default_manager.none()

    # Derived from the above; not to be overridden

    def _q(self, user, action: str) -> Q:
        if not user or not user.is_authenticated or not user.is_active or action not in self.actions or action == "add":
            return NOTHING
        return self.allowed_q(user, action)

    def user_has_permission(self, user, action):
        if not user or not user.is_authenticated or not user.is_active or action not in self.actions:
            return False
        if action == "add":
            return self.may_add(user)
        return self.may_ever(user, action)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def instances_user_has_permission_for(self, user, action):
        return self.model._default_manager.filter(self._q(user, action))

    def instances_user_has_any_permission_for(self, user, actions):
        allowed = NOTHING
        for action in actions:
            allowed |= self._q(user, action)
        return self.model._default_manager.filter(allowed)

    def user_has_permission_for_instance(self, user, action, instance):
        if action == "add":
            return self.user_has_permission(user, "add")
        return self.instances_user_has_permission_for(user, action).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user, actions, instance):
        if "add" in actions and self.user_has_permission(user, "add"):
            return True
        return self.instances_user_has_any_permission_for(user, actions).filter(pk=instance.pk).exists()

    def users_with_any_permission(self, actions):
        return self._people(actions)

    def users_with_any_permission_for_instance(self, actions, instance):
        return self._people(actions, instance)

    def _people(self, actions, instance: Model | None = None) -> QuerySet:
        who = NOTHING
        for action in set(actions) & set(self.actions):
            who |= Q(pk__in=self.people(action, instance).order_by().values("pk"))
        return get_user_model()._default_manager.filter(who, is_active=True)


class OperatorPolicy(InstancePolicy):
    """For models that operators alone administer: the model permissions listed for their group."""

    def _codename(self, action: str) -> str:
        return f"{self.model._meta.app_label}.{action}_{self.model._meta.model_name}"

    def allowed_q(self, user, action):
        return ~NOTHING if may(user, self._codename(action)) else NOTHING

    def may_add(self, user):
        return may(user, self._codename("add"))

    def may_ever(self, user, action):
        return may(user, self._codename(action))

    def people(self, action, instance=None):
        return people_who_may(self._codename(action))

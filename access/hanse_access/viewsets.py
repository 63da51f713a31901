"""Wagtail's generic admin views check permissions per model only; here each row is asked for.

Put ``ScopedViewSetMixin`` before ModelViewSet or SnippetViewSet, ``ScopedChooserMixin`` before ChooserViewSet. The
model needs a policy of ``policies`` in Wagtail's policy registry. A row on which the person may do nothing does not
exist for them: 404, as for a missing one; where they may look but not do this, Wagtail's "permission denied".
A model in the search index needs ``index.FilterField("id")``.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.admin.views.generic import IndexView
from wagtail.permissions import policy_registry

#: of a policy that does not say which actions it knows
ANY = ("view", "change", "delete", "publish")


def any_action(policy) -> tuple[str, ...]:
    """All that can be done to a row. "add" is done to none: who may add would reach every row."""
    return tuple(action for action in getattr(policy, "actions", ANY) if action != "add")


def reachable(model, user):
    """Rows of the model on which this person may do anything at all."""
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, any_action(policy))


class ScopedIndexMixin:
    def get_base_queryset(self):
        return super().get_base_queryset().filter(pk__in=reachable(self.model, self.request.user).values("pk"))

    def user_has_permission(self, permission):
        """Wagtail asks again for each row, whether anything can be done to any row at all: once is enough."""
        answers = self.__dict__.setdefault("_answers", {})
        if permission not in answers:
            answers[permission] = super().user_has_permission(permission)
        return answers[permission]

    def user_has_any_permission(self, permissions):
        return any(self.user_has_permission(permission) for permission in permissions)


class ScopedObjectMixin:
    def get_object(self, *args, **kwargs):
        obj = super().get_object(*args, **kwargs)
        policy = policy_registry.get_by_type(type(obj))
        known = any_action(policy)
        if not policy.user_has_any_permission_for_instance(self.request.user, known, obj):
            raise Http404
        actions = [self.permission_required] if self.permission_required else (self.any_permission_required or known)
        actions = [action for action in actions if action != "add"] or known
        if not policy.user_has_any_permission_for_instance(self.request.user, actions, obj):
            raise PermissionDenied
        return obj


class ScopedViewSetMixin:
    """Scopes every view of a ModelViewSet or SnippetViewSet to the rows of the person."""

    def construct_view(self, view_class, **kwargs):
        if issubclass(view_class, IndexView):
            mixin = ScopedIndexMixin
        elif hasattr(view_class, "get_object"):
            mixin = ScopedObjectMixin
        else:
            return super().construct_view(view_class, **kwargs)
        return super().construct_view(type(view_class.__name__, (mixin, view_class), {}), **kwargs)


class ScopedChooserMixin:
    """Scopes a ChooserViewSet: list, search, the chosen one and several chosen ones."""

    def construct_view(self, view_class, **kwargs):
        mixins = {
            "get_object_list": ScopedChooseMixin,
            "get_objects": ScopedChosenMultipleMixin,
            "get_object": ScopedChosenMixin,
        }
        for method, mixin in mixins.items():
            if hasattr(view_class, method):
                view_class = type(view_class.__name__, (mixin, view_class), {})
                break
        return super().construct_view(view_class, **kwargs)


class ScopedChooseMixin:
    def get_object_list(self):
        return super().get_object_list().filter(pk__in=reachable(self.model_class, self.request.user).values("pk"))


class ScopedChosenMixin:
    def get_object(self, pk):
        return reachable(self.model_class, self.request.user).get(pk=pk)


class ScopedChosenMultipleMixin:
    def get_objects(self, pks):
        return reachable(self.model_class, self.request.user).filter(pk__in=pks)

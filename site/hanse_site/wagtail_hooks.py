from wagtail import hooks

from .people.viewsets import NameOperatorsBulkAction, SetActiveBulkAction

# After Wagtail's own of the same names, which these replace.
for action in (NameOperatorsBulkAction, SetActiveBulkAction):
    hooks.register("register_bulk_action", action, order=100)

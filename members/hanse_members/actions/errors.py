from django.core.exceptions import PermissionDenied


class NotPermitted(PermissionDenied):
    """The person may not do this to this cluster or membership."""


class NotPossible(Exception):
    """The present state does not allow this. The message is for the person, in their language."""

from wagtail import hooks

from .profile_chooser import profile_chooser_viewset
from .viewsets import MembersGroup


@hooks.register("register_admin_viewset")
def register_members():
    return [MembersGroup(), profile_chooser_viewset]

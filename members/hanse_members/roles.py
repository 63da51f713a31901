from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person may do in a cluster. One role per membership; each includes the ones before it."""

    MEMBER = "member", _("Member")
    EDITOR = "editor", _("Editor")
    MANAGER = "manager", _("Manager")

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    @property
    def and_above(self) -> list["Role"]:
        """This role and those that include it."""
        return [role for role in Role if role.rank >= self.rank]

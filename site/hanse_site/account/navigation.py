from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.navigation import NavigationItem, navigation


def register_navigation() -> None:
    navigation.register(
        NavigationItem(
            name="account",
            label=_("My account"),
            url=lambda request: reverse("hanse_account:overview"),
            icon="person",
            order=10,
            area="person",
            shown=lambda request: request.user.is_authenticated,
        )
    )

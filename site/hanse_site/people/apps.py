from wagtail.users.apps import WagtailUsersAppConfig


class PeopleAppConfig(WagtailUsersAppConfig):
    """Wagtail's administration of users, with our own idea of what may be changed about a person."""

    user_viewset = "hanse_site.people.viewsets.PeopleViewSet"

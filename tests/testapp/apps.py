from django.apps import AppConfig


class TestAppConfig(AppConfig):
    name = "tests.testapp"
    label = "testapp"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from hanse_access.audit import name_verbs
        from hanse_access.scopes import scope_kinds

        from .models import Item
        from .policies import ItemPolicy
        from .scopes import RoomKind

        scope_kinds.register(RoomKind())
        name_verbs({f"test.{word}": f"Test: {word}" for word in ("event", "own", "foreign", "platform")})
        register_permission_policy(Item, ItemPolicy(Item))

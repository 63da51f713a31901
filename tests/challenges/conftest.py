from tests.members.conftest import editor, leichtbau, manager, member, operator, photonik, two_clusters

__all__ = ["editor", "leichtbau", "manager", "member", "operator", "photonik", "two_clusters"]

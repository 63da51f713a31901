from tests.members.conftest import bilingual_home, editor, leichtbau, manager, member, operator, photonik

__all__ = ["bilingual_home", "editor", "leichtbau", "manager", "member", "operator", "photonik"]

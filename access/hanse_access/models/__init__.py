from .audiences import Audience, AudienceScope
from .scoped import Scoped, ScopedModel

__all__ = ["Audience", "AudienceScope", "Scoped", "ScopedModel"]

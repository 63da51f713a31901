from .audiences import Audience, AudienceScope
from .audit import ActorKey, AuditEvent
from .break_glass import BreakGlass
from .pages import PageAudience
from .proposals import AudienceProposal
from .scoped import Scoped, ScopedModel

__all__ = [
    "ActorKey",
    "Audience",
    "AudienceProposal",
    "AudienceScope",
    "AuditEvent",
    "BreakGlass",
    "PageAudience",
    "Scoped",
    "ScopedModel",
]

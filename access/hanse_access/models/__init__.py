from .attachments import PageAttachment, PrivateAttachment, attachment_models
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
    "PageAttachment",
    "PageAudience",
    "PrivateAttachment",
    "Scoped",
    "ScopedModel",
    "attachment_models",
]

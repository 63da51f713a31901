from .bounces import MailSuppression
from .notifications import Notification

__all__ = ["MailSuppression", "Notification"]

from .bounces import MailSuppression
from .follows import Follow
from .notifications import Notification

__all__ = ["Follow", "MailSuppression", "Notification"]

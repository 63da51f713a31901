from .bounces import MailSuppression
from .delivery import DeliveryChoice, Digest, QuietHours
from .follows import Body, Follow
from .notifications import Notification
from .reports import Block, Report
from .returned import ReturnedAnswer

__all__ = [
    "Block",
    "Body",
    "DeliveryChoice",
    "Digest",
    "Follow",
    "MailSuppression",
    "Notification",
    "QuietHours",
    "Report",
    "ReturnedAnswer",
]

from .bounces import MailSuppression
from .follows import Follow
from .notifications import Notification
from .reports import Block, Report

__all__ = ["Block", "Follow", "MailSuppression", "Notification", "Report"]

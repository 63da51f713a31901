from django.utils.translation import gettext_lazy as _

VERBS = {"questions.room_opened": _("Room opened for a question")}

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseChallengesConfig(AppConfig):
    name = "hanse_challenges"
    verbose_name = _("Questions and challenges")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from hanse_access.audit import name_verbs
        from hanse_access.operators import list_operator_permissions
        from hanse_access.redirect_targets import TARGETS
        from hanse_base.cards import cards
        from hanse_base.navigation import navigation
        from hanse_base.personal_data import personal_data
        from hanse_members.near_kinds import near_kinds
        from hanse_members.topic_links import topic_links
        from hanse_members.topic_sections import topic_sections

        from . import consequences, notifications, reportable_kinds, surfaces
        from .audit import VERBS
        from .models import Question
        from .near import questions as near_questions
        from .personal_data import questions
        from .policies import VIEW, QuestionPolicy

        register_permission_policy(Question, QuestionPolicy(Question))
        list_operator_permissions(VIEW)
        name_verbs(VERBS)
        notifications.register()
        reportable_kinds.register()
        consequences.register()
        personal_data.register(questions)
        cards.register(surfaces.card)
        navigation.register(surfaces.navigation_item)
        navigation.register(surfaces.public_navigation_item)
        topic_sections.register(surfaces.topic_section)
        near_kinds.register(near_questions)
        topic_links.register(surfaces.question_topics)
        TARGETS["hanse_challenges:question"] = lambda viewer, uid: (
            Question.objects.visible_to(viewer).filter(uid=uid).exists()
        )

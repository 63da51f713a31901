from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HanseGroupsConfig(AppConfig):
    name = "hanse_groups"
    verbose_name = _("Rooms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from hanse_access.audit import name_verbs
        from hanse_access.scopes import scope_kinds
        from hanse_access.trail import name_details, name_people
        from hanse_activity.answers import answer_places
        from hanse_activity.outboxes import Outbox, outboxes
        from hanse_base.cards import cards
        from hanse_base.jobs import TimedJob, jobs
        from hanse_base.navigation import navigation
        from hanse_base.personal_data import personal_data
        from hanse_base.slots import slots
        from hanse_base.waiting import waiting
        from hanse_members.picture_shares import PictureShare, picture_shares
        from hanse_members.profile_parts import profile_parts
        from hanse_search.extraction.files import register_text_files

        from . import (
            consequences,
            direct_surfaces,
            file_export,
            notifications,
            notifications_of_direct,
            notifications_of_files,
            reportable_kinds,
            surfaces,
        )
        from .actions import (
            empty_bins,
            empty_deleted_rooms,
            remove_old_exports,
            remove_old_messages,
            scan_waiting,
        )
        from .audit import DETAILS, PEOPLE, VERBS
        from .direct_data import messages
        from .direct_waiting import message_requests
        from .export_parts import export_parts
        from .file_surfaces import files
        from .mail_answers import conversations
        from .models import RoomLink, room_mates
        from .personal_data import rooms
        from .room_links import OUTBOX, forget_room_links, write_link
        from .room_tools import chat, home, people, room_tools
        from .scopes import RoomKind
        from .signal_handlers import connect
        from .text_files import versions
        from .waiting_kinds import invitations, requests

        scope_kinds.register(RoomKind())
        name_verbs(VERBS)
        name_details(DETAILS)
        name_people(PEOPLE)
        notifications.register()
        answer_places.register(conversations)
        notifications_of_direct.register()
        notifications_of_files.register()
        personal_data.register(rooms)
        personal_data.register(messages)
        cards.register(surfaces.card)
        cards.register(direct_surfaces.card)
        navigation.register(surfaces.navigation_item)
        navigation.register(direct_surfaces.navigation_item)
        slots.register(surfaces.side_part)
        slots.register(surfaces.frame_script)
        slots.register(surfaces.guest_part)
        slots.register(direct_surfaces.side_part)
        profile_parts.register(direct_surfaces.profile_part)
        waiting.register(requests)
        waiting.register(invitations)
        waiting.register(message_requests)
        for tool in (home, chat, files, people):
            room_tools.register(tool)
        consequences.register()
        reportable_kinds.register()
        export_parts.register(file_export.part)
        picture_shares.register(PictureShare(name="rooms", people=room_mates))
        day, minutes = timedelta(days=1), timedelta(minutes=10)
        for name, label, run, every in (
            ("rooms.empty_deleted", _("Empty rooms that were deleted 30 days ago"), empty_deleted_rooms, day),
            ("rooms.remove_exports", _("Remove copies of rooms whose time is over"), remove_old_exports, day),
            ("rooms.forget_links", _("Forget links to rooms that ended a while ago"), forget_room_links, day),
            ("rooms.remove_old_messages", _("Remove messages that rooms no longer keep"), remove_old_messages, day),
            ("rooms.empty_bins", _("Remove files that were put into the bin 30 days ago"), empty_bins, day),
            ("rooms.scan_waiting", _("Have files scanned that wait for the virus scanner"), scan_waiting, minutes),
        ):
            jobs.register(TimedJob(name=name, label=label, every=every, run=run))
        outboxes.register(Outbox(name=OUTBOX, rows=RoomLink.objects.all, write=write_link))
        register_text_files(versions)
        connect()

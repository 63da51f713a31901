"""Private files in Wagtail's admin: the chooser with its upload tab, and the list to rename and remove them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import chooser as chooser_views
from wagtail.admin.views.generic import models as model_views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import BaseChooser

from .attachment_forms import AttachmentEditForm, AttachmentUploadForm
from .models import PageAttachment
from .readings import allows
from .sniffing import IMAGE_TYPES
from .viewer import current_viewer
from .viewsets import ScopedChooserMixin, ScopedViewSetMixin

CHOOSER = "hanse_attachment_chooser"


class ImagesOnlyMixin:
    """With ``?images=1`` only images are listed and accepted."""

    @property
    def images_only(self) -> bool:
        return self.request.GET.get("images") == "1"

    def filter_object_list(self, objects):
        if self.images_only:
            objects = objects.filter(content_type__in=IMAGE_TYPES)
        return super().filter_object_list(objects)

    def get_creation_form_kwargs(self):
        return super().get_creation_form_kwargs() | {
            "user": self.request.user,
            "images_only": self.images_only,
            "prefix": "attachment-upload",
        }

    @property
    def columns(self):
        preview = PreviewColumn("preview", label=_("Preview"), accessor=lambda attachment: attachment, width="90px")
        return [
            preview,
            *super().columns,
            Column("collection", label=_("Collection"), accessor="collection.name"),
            DateColumn("created", label=_("Uploaded"), width="16%"),
        ]


class PreviewColumn(Column):
    cell_template_name = "hanse_access/attachments/preview_cell.html"


class AttachmentChooseView(ImagesOnlyMixin, chooser_views.ChooseView):
    ordering = "-created"

    def get_context_data(self, **kwargs):
        title = {"page_title": _("Choose an image"), "header_icon": "image"} if self.images_only else {}
        return super().get_context_data(**kwargs) | title

    def get_object_list(self):
        return super().get_object_list().select_related("collection")


class AttachmentChooseResultsView(ImagesOnlyMixin, chooser_views.ChooseResultsView):
    ordering = "-created"

    def get_object_list(self):
        return super().get_object_list().select_related("collection")


class AttachmentCreateView(ImagesOnlyMixin, chooser_views.CreateView):
    """Upload from within the chooser."""


class PageAttachmentChooserViewSet(ScopedChooserMixin, ChooserViewSet):
    model = PageAttachment
    icon = "doc-full"
    choose_one_text = _("Choose a file")
    choose_another_text = _("Choose another file")
    edit_item_text = _("Edit this file")
    create_action_label = _("Upload")
    create_action_clicked_label = _("Uploading…")
    creation_tab_label = _("Upload")
    creation_form_class = AttachmentUploadForm
    preserve_url_parameters = ("multiple", "images")
    choose_view_class = AttachmentChooseView
    choose_results_view_class = AttachmentChooseResultsView
    create_view_class = AttachmentCreateView
    register_widget = False


class AttachmentChooser(BaseChooser):
    """Chooser of a private file. A file that the viewer may not see keeps its place, but not its name."""

    model = PageAttachment
    chooser_modal_url_name = f"{CHOOSER}:choose"
    choose_one_text = _("Choose a file")
    choose_another_text = _("Choose another file")
    link_to_chosen_text = _("Edit this file")
    icon = "doc-full"

    def __init__(self, images_only: bool = False, **kwargs):
        self.images_only = images_only
        super().__init__(**kwargs)
        if images_only:
            self.icon = "image"
            self.choose_one_text = _("Choose an image")
            self.choose_another_text = _("Choose another image")

    def get_chooser_modal_url(self):
        return super().get_chooser_modal_url() + ("?images=1" if self.images_only else "")

    def get_display_title(self, instance):
        return instance.label if allows(current_viewer(), instance) else str(_("A file that you may not see"))


class AttachmentIndexView(model_views.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("collection", "uploaded_by")


class PageAttachmentViewSet(ScopedViewSetMixin, ModelViewSet):
    """The list of one's private files: rename, move to another collection, remove."""

    model = PageAttachment
    name = "private_files"
    url_prefix = "private-files"
    icon = "doc-full"
    menu_label = _("Private files")
    menu_name = "private-files"
    menu_order = 310
    add_to_admin_menu = True
    index_view_class = AttachmentIndexView
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ("label", "content_type", "size", "width", "height", "created")
    list_display = (
        PreviewColumn("preview", label=_("Preview"), accessor=lambda attachment: attachment, width="90px"),
        TitleColumn("label", label=_("Name"), url_name="private_files:edit", sort_key="label"),
        Column("collection", label=_("Collection"), accessor="collection.name"),
        Column("uploaded_by", label=_("Uploaded by")),
        DateColumn("created", label=_("Uploaded"), sort_key="created"),
    )
    list_filter = ("collection",)
    search_fields = ("label",)
    search_backend_name = None

    def get_form_class(self, for_update=False):
        return AttachmentEditForm if for_update else AttachmentUploadForm


page_attachment_viewset = PageAttachmentViewSet()
page_attachment_chooser_viewset = PageAttachmentChooserViewSet(CHOOSER, url_prefix="private-file-chooser")

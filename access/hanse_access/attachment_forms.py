"""Upload and administration forms of private attachments."""

from __future__ import annotations

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.collections import CollectionChoiceField
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from . import conf
from .attachments import store_attachment
from .models import PageAttachment
from .sniffing import IMAGE_TYPES, KNOWN_TYPES
from .uploads import CleanUpload, accept_upload
from .viewer import current_viewer


class UploadField(forms.FileField):
    """Cleans to a ``CleanUpload``. ``images_only`` refuses everything else."""

    def __init__(self, *args, images_only: bool = False, **kwargs):
        self.images_only = images_only
        super().__init__(*args, max_length=None, allow_empty_file=True, **kwargs)

    def to_python(self, data):
        data = super().to_python(data)
        return accept_upload(data, images_only=self.images_only) if data else None

    def clean(self, data, initial=None) -> CleanUpload | None:
        return super().clean(data, initial)

    def run_validators(self, value):
        """The validators of FileField look at the name; ``accept_upload`` has looked at the content."""

    def widget_attrs(self, widget):
        allowed = [known for known in conf.upload_types() if not self.images_only or known in IMAGE_TYPES]
        endings = [f".{ending}" for known in allowed for ending in KNOWN_TYPES[known]]
        return super().widget_attrs(widget) | {"accept": ",".join([*allowed, *endings])}


class AttachmentUploadForm(forms.ModelForm):
    """A new file of pages, into a collection into which the person may upload."""

    file = UploadField(label=_("File"))
    collection = CollectionChoiceField(queryset=Collection.objects.none(), label=_("Collection"))
    field_order = ("file", "label", "collection")

    class Meta:
        model = PageAttachment
        fields = ("label", "collection")
        help_texts = {"label": _("Shown to readers. Empty: the name of the file.")}

    def __init__(self, *args, user=None, images_only: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user if user is not None else current_viewer().user
        self.fields["file"] = UploadField(label=_("File"), images_only=images_only)
        self.order_fields(self.field_order)
        self.fields["label"].required = False
        if len(self.collections) == 1:
            del self.fields["collection"]
        else:
            self.fields["collection"].queryset = Collection.objects.filter(
                pk__in=[collection.pk for collection in self.collections]
            )

    @cached_property
    def collections(self) -> list[Collection]:
        policy = policy_registry.get_by_type(PageAttachment)
        return list(policy.collections_user_has_permission_for(self.user, "add"))

    def save(self, commit=True):
        if len(self.collections) == 1:
            self.instance.collection = self.collections[0]
        return store_attachment(self.instance, upload=self.cleaned_data["file"], by=self.user)


class AttachmentEditForm(forms.ModelForm):
    """Name and place of a file. Its bytes never change: what was read yesterday is what is there today."""

    class Meta:
        model = PageAttachment
        fields = ("label", "collection")

    def __init__(self, *args, **kwargs):
        self.for_user = kwargs.pop("for_user", None)
        super().__init__(*args, **kwargs)
        user = self.for_user or current_viewer().user
        policy = policy_registry.get_by_type(PageAttachment)
        allowed = policy.collections_user_has_permission_for(user, "add").values("pk")
        self.fields["collection"].queryset = Collection.objects.filter(pk__in=allowed) | Collection.objects.filter(
            pk=self.instance.collection_id
        )

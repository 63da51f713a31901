"""Bringing files, and naming and moving what is there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .file_names import LONGEST_NAME
from .file_tree import Tree
from .models import Folder

#: stands for no folder
TOP = "top"


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploads. Each is looked at by the action, which says what is wrong with it."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files] if files else super().clean(None)


class UploadForm(forms.Form):
    files = ManyFilesField(
        label=_("Files"),
        # What is wrong with a single one is said by name.
        allow_empty_file=True,
        max_length=None,
        error_messages={"required": _("Please choose at least one file.")},
        help_text=_(
            "A file of the same name as one that is here becomes its next version; the earlier ones are kept. Pictures "
            "are stored without what the camera noted in them."
        ),
    )
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, strip=False)


class FolderForm(NameForm):
    name = forms.CharField(label=_("Name of the folder"), max_length=LONGEST_NAME, strip=False)


class MoveForm(forms.Form):
    folder = forms.ChoiceField(label=_("Folder"))

    def __init__(self, *args, tree: Tree, but: Folder | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.tree = tree
        inside = tree.below(but) if but is not None else set()
        choices: list[tuple[str, Any]] = [(TOP, _("Top of the files"))]
        choices += [(str(f.uid), tree.label(f)) for f, _level in tree.walk() if f.pk not in inside]
        self.fields["folder"].choices = choices

    @property
    def chosen(self) -> Folder | None:
        uid = self.cleaned_data["folder"]
        return None if uid == TOP else self.tree.find(uid)

"""The form field for a table that somebody brings."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .row_import import MOST_BYTES


class TableField(forms.FileField):
    """A CSV file for ``row_import.read_rows``. Nothing that is too large is read into memory."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Table (CSV)"))
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": ".csv,.txt,.tsv,text/csv"}

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file and file.size > MOST_BYTES:
            raise ValidationError(_("The file is too large: at most %(number)d MB.") % {"number": MOST_BYTES // 2**20})
        return file

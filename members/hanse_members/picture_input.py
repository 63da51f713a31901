"""The input for a picture in the place of another."""

from __future__ import annotations

from typing import Any

from django import forms

from hanse_access.models import PrivateAttachment


class PictureInput(forms.FileInput):
    """Shows the picture there is above the input for another; the form sets ``stored`` to one that its reader may see.

    ``alt`` says what is shown. ``ground``, "light" or "dark", is that of the colour set in which the picture is seen.
    """

    template_name = "hanse_members/widgets/picture.html"
    stored: PrivateAttachment | None = None

    class Media:
        css = {"all": ["hanse_members/css/pictures.css"]}

    def __init__(self, alt: Any, ground: str = ""):
        super().__init__()
        self.alt, self.ground = alt, ground

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"].update(stored=self.stored, alt=self.alt, ground=self.ground)
        return context

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..analysis import words

#: terms of one group, words of each
MOST_TERMS, MOST_WORDS = 20, 4
MOST_POINTS = 100


class SynonymGroup(models.Model):
    """Terms that mean the same: whoever searches for one of them finds the others."""

    terms = models.TextField(
        _("terms"),
        max_length=2000,
        help_text=_("One in each line, of up to four words. No forms are needed."),
    )
    is_one_way = models.BooleanField(
        _("only the first finds the others"),
        default=False,
        help_text=_("For a wider word: “laser” may find “fibre laser”, which finds no other laser."),
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["terms", "pk"]

    def __str__(self) -> str:
        return ", ".join(self.lines)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.terms.splitlines() if line.strip()]

    @property
    def folded(self) -> list[tuple[str, ...]]:
        """The terms as they are looked for, each once."""
        found = [tuple(word.folded for word in words(line)) for line in self.lines]
        return list(dict.fromkeys(tokens for tokens in found if tokens))

    def clean(self) -> None:
        number = len(self.folded)
        if number < 2:
            raise ValidationError({"terms": _("Please write two different terms at least, each in a line of its own.")})
        if number > MOST_TERMS:
            text = _("These are %(number)d terms; a group has at most %(most)d.")
            raise ValidationError({"terms": text % {"number": number, "most": MOST_TERMS}})
        for line in self.lines:
            if len(list(words(line))) > MOST_WORDS:
                text = _("“%(line)s” has more than %(most)d words.")
                raise ValidationError({"terms": text % {"line": line, "most": MOST_WORDS}})


class SearchWeight(models.Model):
    """What a place or a kind of items counts in the order of results, where it is not as usual."""

    what = models.CharField(
        _("what"), max_length=40, unique=True, error_messages={"unique": _("There is a weight for this already.")}
    )
    points = models.PositiveSmallIntegerField(
        _("points"),
        validators=[MaxValueValidator(MOST_POINTS)],
        help_text=_("Usual are 8 and 6 in the title, 3 and 2 in the text, and 0 more for each kind."),
    )

    class Meta:
        verbose_name = _("weight")
        verbose_name_plural = _("weights")
        ordering = ["what"]

    def __str__(self) -> str:
        from .choices import weighed

        return str(dict(weighed()).get(self.what, self.what))

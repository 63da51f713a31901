from django.db import models


class Shelf(models.Model):
    name = models.CharField(max_length=50)

    def __str__(self):
        return self.name


class Subject(models.Model):
    name = models.CharField(max_length=50)

    def __str__(self):
        return self.name


class Book(models.Model):
    """Something to list, with every kind of field that a facet or an order can use."""

    class Kind(models.TextChoices):
        NOVEL = "novel", "Novel"
        ATLAS = "atlas", "Atlas"

    title = models.CharField(max_length=50)
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, null=True)
    subjects = models.ManyToManyField(Subject)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NOVEL)
    lent = models.BooleanField(default=False)
    price = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    bought = models.DateTimeField()

    def __str__(self):
        return self.title

"""The words of files of rooms are found."""

from django.db.models import Q

from hanse_search.extraction.files import TextFiles

from .models import FileVersion

Scan = FileVersion.Scan

# What the virus scanner has not looked at, or has found something in, is opened by no program of ours.
versions = TextFiles(model=FileVersion, readable=lambda: ~Q(scan__in=(Scan.WAITING, Scan.INFECTED)))

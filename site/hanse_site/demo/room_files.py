"""Files in the rooms of the demo: small, and made here."""

from __future__ import annotations

import io
import math
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from hanse_groups import actions
from hanse_groups.models import Conversation, Folder, Room


@dataclass(frozen=True)
class DemoFile:
    """``versions``: who brought each and what it holds. ``folder``: its name, made by the first who puts something there."""

    name: str
    versions: tuple[tuple[str, bytes], ...]
    folder: str = ""
    is_binned: bool = False


def spectrum() -> bytes:
    """Light that comes back from ripe and unripe ears, over the wavelength: a drawing of invented numbers."""
    image = Image.new("RGB", (960, 540), "white")
    draw = ImageDraw.Draw(image)
    for step in range(11):
        draw.line([(80 + step * 80, 40), (80 + step * 80, 480)], fill=(225, 220, 212))
        draw.text((66 + step * 80, 490), str(700 + step * 30), fill=(70, 66, 60))
    for center, height, colour in ((905, 300, (166, 58, 40)), (840, 210, (40, 96, 130))):
        curve = [
            (80 + (nm - 700) * 800 / 300, 470 - height * math.exp(-(((nm - center) / 45) ** 2)) - (nm - 700) / 6)
            for nm in range(700, 1001, 2)
        ]
        draw.line(curve, fill=colour, width=4, joint="curve")
    draw.text((84, 46), "Back-scattered light, 700 to 1000 nm", fill=(70, 66, 60))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def pdf(lines: list[str]) -> bytes:
    """One page with these lines, in the few objects that a reader needs (ISO 32000-1, 7.5)."""
    shown = "".join(f"({line}) Tj T* " for line in lines)
    words = f"BT /F1 13 Tf 18 TL 72 770 Td {shown}ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
    ]
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def runs(rows: int, gain: float) -> bytes:
    """Measured values of a run on the field, as a table."""
    lines = ["time_s;sun_deg;found_percent"]
    for row in range(rows):
        sun = 55 - row * 43 / rows
        lines.append(f"{row * 30};{sun:.1f};{min(97.0, 58 + gain * sun + 2.1 * math.sin(row)):.1f}")
    return "\n".join(lines).encode()


AGREEMENT = (
    b"Lidar for harvesters: what we agreed on\n\n"
    b"1. What is said and shown in this room stays among its people.\n"
    b"2. Results of the common work belong to all partners, in equal parts.\n"
    b"3. Whoever wants to publish tells the others 30 days before.\n"
    b"4. Whoever brings a guest says so first.\n"
)
FILES: dict[str, tuple[DemoFile, ...]] = {
    "lidar": (
        DemoFile("Agreement.txt", (("manager.photonik", AGREEMENT[:-41]), ("manager.photonik", AGREEMENT))),
        DemoFile(
            "Second run.csv",
            (("expert.biomed", runs(40, 0.6)), ("expert.biomed", runs(60, 0.7))),
            folder="Measurements",
        ),
        DemoFile(
            "Draft of the proposal.pdf",
            (
                (
                    "manager.photonik",
                    pdf(
                        [
                            "Lidar for harvesters",
                            "",
                            "1. What we want to find out",
                            "2. Who does what",
                            "3. What it costs",
                        ]
                    ),
                ),
            ),
        ),
        DemoFile("Spectrum.png", (("company.photonik", spectrum()),), folder="Measurements"),
        DemoFile(
            "Halterung Massen.csv",
            (("expert.leichtbau", b"Teil;Werkstoff;Masse_g\nArm;CFK;212\nLager;Titan;64\nPlatte;CFK;98\n"),),
            folder="Halterung",
        ),
        DemoFile(
            "Notes to sort.txt", (("expert.biomed", b"Buy dust covers. Ask about the 10 nm filter.\n"),), is_binned=True
        ),
    ),
    "machine-vision": (
        DemoFile(
            "Programm 10. Dezember.txt",
            (
                (
                    "editor.photonik",
                    b"17:00 Ankommen\n17:15 Dunkelfeld ohne Spiegel (Ostufer Optik)\n18:00 Proben, bei denen es nicht klappt\n",
                ),
            ),
        ),
    ),
}
#: what comes with a message: key of the room or conversation and beginning of the message → name and content
ATTACHED = {
    ("lidar", "First run on the field"): ("First run.csv", runs(24, 0.5)),
    ("filter", "Blanks are here"): ("Ring 62 mm, weights.csv", b"part,grams\nring 58 mm,112\nring 62 mm,150\n"),
}


def load_files(key: str, room: Room, who) -> None:
    """Bring the files of a room. ``who`` finds a person by the name that stands in the demo."""
    folders: dict[str, Folder] = {}
    for file in FILES.get(key, ()):
        for name, content in file.versions:
            person = who(name)
            if file.folder and file.folder not in folders:
                folders[file.folder] = actions.make_folder(room, by=person, name=file.folder)
            version = actions.add_file(
                room,
                by=person,
                upload=ContentFile(content, name=file.name),
                folder=folders.get(file.folder),
                batch=uuid.uuid5(uuid.NAMESPACE_URL, f"{room.uid} {name}"),
            )
        if file.is_binned:
            actions.bin_file(version.room_file, by=person)


def attached_to(key: str, conversation: Conversation, person, text: str) -> list:
    """Files that come with the message of this text."""
    return [
        actions.stage(conversation, by=person, upload=SimpleUploadedFile(name, content))
        for (of, begins), (name, content) in ATTACHED.items()
        if of == key and text.startswith(begins)
    ]

"""``python -m django fill BYTES``: an empty database filled with pages of about so many bytes as served."""

import random
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Site

from bench.wagtail_site import PAGES, SECTIONS
from bench.wagtail_site.pages.models import TextPage
from bench.words import Vocabulary


class Command(BaseCommand):
    """Makes sections of pages. Those of the first, made empty, tell how many bytes a page has besides its text."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bytes", type=int)

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            Filler(options["bytes"]).fill()


class Filler:
    """Pages of one size, the same ones each time."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rng = random.Random(size)
        self.words = Vocabulary.of("en")

    def fill(self) -> None:
        front = self.add(Page.objects.get(depth=1), "front", self.size // 2)
        Site.objects.update(root_page=front)
        sections = [self.add(front, f"section-{number}", self.size // 2, menu=True) for number in range(SECTIONS)]
        probes = [self.add(sections[0], f"page-{number}", 0) for number in range(PAGES)]
        length = self.size - len(Client(headers={"host": "127.0.0.1"}).get("/section-0/page-0/").content)
        for page in probes:
            page.body = self.rich_text(length)
            page.save()
        for section in sections[1:]:
            for number in range(PAGES):
                self.add(section, f"page-{number}", length)

    def add(self, parent: Page, slug: str, length: int, *, menu: bool = False) -> TextPage:
        page = TextPage(
            slug=slug,
            title=self.words.line(self.rng, 5).capitalize(),
            summary=self.words.sentence(self.rng),
            search_description=self.words.sentence(self.rng),
            body=self.rich_text(length),
            show_in_menus=menu,
            last_published_at=timezone.now(),
        )
        parent.add_child(instance=page)
        return page

    def rich_text(self, length: int) -> str:
        """Headings, paragraphs with a link, and lists: at least so many characters."""
        rng, words = self.rng, self.words
        text = "<p></p>"
        while len(text) < length:
            link = f'<a href="https://www.example.gov/{rng.randrange(10_000)}">{words.line(rng, 3)}</a>'
            items = "".join(f"<li>{words.sentence(rng, 3, 9)}</li>" for _ in range(4))
            text += (
                f"<h2>{words.line(rng, 3).capitalize()}</h2><p>{words.sentence(rng)} {link} {words.sentence(rng)}</p>"
            )
            text += f"<ul>{items}</ul>"
        return text

"""The table of pages; written by ``makemigrations``."""

from typing import ClassVar

import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("wagtailcore", "0098_apitoken")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="TextPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("summary", models.CharField(max_length=400)),
                ("body", wagtail.fields.RichTextField()),
            ],
            bases=("wagtailcore.page",),
        ),
    ]

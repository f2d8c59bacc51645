"""Related services: links of editors, and what visits teach, told only of many and never of one."""

from flask import Flask

from ..panels import register_panel
from .panels import PANELS


def init_app(_app: Flask) -> None:
    for place, panel in PANELS.items():
        register_panel(place, 40, panel)

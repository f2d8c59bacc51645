"""Reaching a person: whom to call or write to about what one was reading; and the desk, from which people are answered.

At the desk specialists search everything that staff may answer with, read text for the public and for staff side by
side, hand pages on, and say what came of it and what is wrong.
"""

from flask import Flask

from .views.contact import blueprint as contact
from .views.desk import blueprint as desk


def init_app(app: Flask) -> None:
    app.register_blueprint(contact)
    app.register_blueprint(desk)
    app.extensions["admin_nav"].append(("desk.knowledge", "Desk", "use", "article"))

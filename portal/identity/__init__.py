"""Who works with Portico: staff, their roles, how they sign in, and who may do what. Citizens have no accounts yet."""

from flask import Flask

from .. import jobs
from . import access
from .access import require as require
from .access import staff_may as staff_may
from .operations.sign_in import forget_old_sessions
from .queries import current_staff as current_staff
from .queries import required_staff as required_staff
from .rules import Staff as Staff
from .rules import may as may
from .views.account import blueprint as account
from .views.sign_in import blueprint as sign_in
from .views.staff import blueprint as staff


def init_app(app: Flask) -> None:
    access.init_app(app)
    for blueprint in (sign_in, account, staff):
        app.register_blueprint(blueprint)
    app.extensions["admin_nav"].append(("staff.everyone", "Staff", "manage", "staff"))
    jobs.every_day(forget_old_sessions)

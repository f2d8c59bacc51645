"""Staff for tests: an account with roles, and a browser that is signed in with it."""

import itertools
from collections.abc import Collection

from flask import Flask
from flask.testing import FlaskClient

from portal.database import transaction
from portal.identity.access import COOKIE, session_life
from portal.identity.operations.accounts import create_staff
from portal.identity.operations.sign_in import begin_session
from portal.identity.rules import Staff

_numbers = itertools.count(1)


def make_staff(
    app: Flask,
    role: str = "editor",
    *roles: str,
    name: str | None = None,
    email: str | None = None,
    agency_ids: Collection[int] = (),
    password: str | None = None,
) -> Staff:
    """A new account with one or more roles. It can sign in by hand only where a password is given."""
    number = next(_numbers)
    with app.app_context(), transaction():
        return create_staff(
            email or f"staff{number}@example.gov",
            name or f"Staff {number}",
            (role, *roles),
            agency_ids=agency_ids,
            password=password,
            actor=None,
        )


def signed_in_client(app: Flask, staff: Staff, *, browser: str = "Test browser") -> FlaskClient:
    """A test client with a session of its own for this person. Forms need their token, as always."""
    with app.app_context(), transaction():
        key = begin_session(staff.id, browser=browser, life=session_life())
    client = app.test_client()
    client.set_cookie(COOKIE, key)
    return client

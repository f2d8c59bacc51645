"""How tests talk to the pages of staff."""

import re
import time

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "orchard lamp river"


def token(page: TestResponse) -> str:
    """The form token of a page."""
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]


def post(client: FlaskClient, path: str, *, page: str | None = None, **data: object) -> TestResponse:
    """Post a form as the page at ``page`` (at ``path`` unless told) would."""
    return client.post(path, data=data | {"csrf_token": token(client.get(page or path))})


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **data: object) -> TestResponse:
    """The first step."""
    return post(client, "/admin/sign-in", email=email, password=password, **data)


def typed_secret(page: TestResponse) -> str:
    """The secret that the page of setting up shows to be typed."""
    return re.search(r'class="pt-secret"><code>([A-Z2-7 ]+)</code>', page.text)[1].replace(" ", "")


def code(secret: str, step: int = 0) -> str:
    """The code of an authenticator app, some steps from now."""
    return pyotp.TOTP(secret).generate_otp(int(time.time()) // 30 + step)


def codes_shown(page: TestResponse) -> list[str]:
    """The recovery codes of a page."""
    return re.findall(r"<code>((?:[a-z0-9]{4}-){3}[a-z0-9]{4})</code>", page.text)

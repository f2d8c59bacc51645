"""Accounts, sessions and the audit on real databases."""

import datetime
import threading
import time

import pyotp
import pytest
import sqlalchemy as sa

from portal.catalogue.operations import save_agency
from portal.database import transaction
from portal.extensions import db
from portal.identity import keys, queries
from portal.identity.models import AuditEntry, StaffMember, StaffSession, StaffTicket, now
from portal.identity.operations import accounts, record_audit, sign_in
from tests.staff import make_staff
from tests.support import agency_record

PASSWORD = "orchard lamp river"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOUR = datetime.timedelta(hours=1)


def member(staff):
    db.session.rollback()
    return db.session.get(StaffMember, staff.id, populate_existing=True)


def change(staff, **values):
    with transaction():
        db.session.execute(sa.update(StaffMember).where(StaffMember.id == staff.id).values(**values))


def verbs(staff):
    db.session.rollback()
    return [row.verb for row in queries.audit_rows_of_staff(staff)][::-1]


def enrolled(app, role="editor", secret=SECRET, **options):
    staff = make_staff(app, role, password=PASSWORD, **options)
    change(staff, totp_secret=keys.encrypt(secret), totp_confirmed=True)
    return staff


def check_password(email, password=PASSWORD):
    with transaction():
        return sign_in.check_password(email, password)


def check_code(ticket, code):
    with transaction():
        return sign_in.check_code(ticket, code, browser="Browser", life=HOUR)


def code_now(secret=SECRET):
    return pyotp.TOTP(secret).now()


def wrong_code(secret=SECRET):
    step = int(time.time()) // 30
    good = {pyotp.TOTP(secret).generate_otp(step + offset) for offset in (-2, -1, 0, 1, 2)}
    return next(code for code in (f"{number:06}" for number in range(10)) if code not in good)


def test_an_account_is_found_by_its_folded_address(app):
    with transaction():
        made = accounts.create_staff(" Ana.Lee@Example.GOV", " Ana   Lee ", ["editor"], actor=None)
    assert queries.staff_by_email("ana.lee@example.gov") == made
    assert (made.name, made.roles, made.agency_ids) == ("Ana Lee", {"editor"}, frozenset())
    assert member(made).password_hash is None
    with pytest.raises(accounts.Refused, match="There is an account"):
        accounts.create_staff("ANA.LEE@example.gov", "Ana", ["editor"], actor=None)


def test_agencies_belong_to_the_account(app):
    with transaction():
        save_agency(agency_record())
        save_agency(agency_record("other"))
    ids = queries.agency_ids_by_slug(["agency", "other", "none"])
    assert set(ids) == {"agency", "other"}
    staff = make_staff(app, "agency_editor", agency_ids=[ids["agency"]])
    assert staff.agency_ids == {ids["agency"]}
    with transaction():
        accounts.change_roles(staff, ["agency_editor", "reviewer"], agency_ids=ids.values(), actor=None)
    found = queries.staff_by_id(staff.id)
    assert (found.roles, found.agency_ids) == ({"agency_editor", "reviewer"}, set(ids.values()))
    assert queries.staff_rows(staff.uid)[0].agencies == ("Agency agency", "Agency other")


def test_passwords_and_keys_are_not_stored(app):
    staff = enrolled(app)
    ticket = check_password(staff.email)
    entry = check_code(ticket, code_now())
    with transaction():
        codes = accounts.renew_recovery_codes(PASSWORD, actor=staff)
        link = accounts.give_password_link(staff, actor=None)
    stored = []
    for table in ("staff_member", "staff_session", "staff_ticket", "staff_recovery_code", "audit_entry"):
        stored += [str(tuple(row)) for row in db.session.execute(sa.text(f"SELECT * FROM {table}"))]
    everything = "\n".join(stored)
    for secret in (PASSWORD, ticket, entry.key, link, *codes, SECRET):
        assert secret not in everything
    assert member(staff).password_hash.startswith("$argon2id$")


def test_signing_in(app):
    staff = enrolled(app)
    ticket = check_password(staff.email.upper())
    assert queries.ticket_holder(ticket, "set_password") is None
    assert queries.ticket_holder(ticket, "sign_in").totp_secret is None
    entry = check_code(ticket, code_now())
    assert entry.recovery_codes == []
    assert queries.signed_in_by_key(entry.key, idle=HOUR).staff == staff
    assert check_code(ticket, code_now()) is None
    assert verbs(staff) == ["create", "sign in"]


@pytest.mark.promise("S10")
def test_a_code_is_accepted_once(app):
    staff = enrolled(app)
    code = code_now()
    assert check_code(check_password(staff.email), code)
    assert check_code(check_password(staff.email), code) is None


def test_the_first_code_confirms_the_second_step(app):
    staff = make_staff(app, password=PASSWORD)
    ticket = check_password(staff.email)
    secret = queries.ticket_holder(ticket, "sign_in").totp_secret
    assert check_code(ticket, wrong_code(secret)) is None
    assert not member(staff).totp_confirmed
    entry = check_code(ticket, code_now(secret))
    assert len(set(entry.recovery_codes)) == 10
    assert member(staff).totp_confirmed
    again = check_password(staff.email)
    assert queries.ticket_holder(again, "sign_in").totp_secret is None


def test_a_recovery_code_works_once(app):
    staff = enrolled(app)
    with transaction():
        codes = sign_in.replace_recovery_codes(staff.id)
    assert check_code(check_password(staff.email), codes[0].upper().replace("-", " "))
    assert check_code(check_password(staff.email), codes[0]) is None
    assert queries.recovery_codes_left(staff.id) == 9
    other = enrolled(app)
    assert check_code(check_password(other.email), codes[1]) is None


def test_a_recovery_code_is_nothing_before_the_second_step_is_confirmed(app):
    staff = make_staff(app, password=PASSWORD)
    with transaction():
        codes = sign_in.replace_recovery_codes(staff.id)
    assert check_code(check_password(staff.email), codes[0]) is None


def test_wrong_tries_lock_the_account_for_ever_longer(app):
    staff = enrolled(app)
    for _ in range(4):
        assert check_password(staff.email, "wrong password!") is None
    assert member(staff).locked_until is None
    ticket = check_password(staff.email)
    assert check_code(ticket, wrong_code()) is None
    first = member(staff).locked_until
    assert datetime.timedelta(seconds=50) < first - now() <= datetime.timedelta(minutes=1)
    assert check_password(staff.email) is None
    assert check_code(ticket, code_now()) is None
    assert member(staff).failed_sign_ins == 5
    change(staff, locked_until=now())
    assert check_password(staff.email, "wrong password!") is None
    assert member(staff).locked_until - now() > datetime.timedelta(seconds=110)
    change(staff, locked_until=now())
    assert check_code(check_password(staff.email), code_now())
    assert (member(staff).failed_sign_ins, member(staff).locked_until) == (0, None)


def test_a_right_password_alone_does_not_forget_wrong_codes(app):
    staff = enrolled(app)
    for _ in range(5):
        assert check_code(check_password(staff.email), wrong_code()) is None
    assert check_password(staff.email) is None


@pytest.mark.promise("S10")
def test_tries_at_the_same_time_are_counted_one_by_one(app):
    staff = enrolled(app)
    results = []

    def guess():
        with app.app_context():
            results.append(check_password(staff.email, "wrong password!"))

    threads = [threading.Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [None] * 6
    # The fifth locks the account, so the sixth is not a try any more.
    assert member(staff).failed_sign_ins == 5


@pytest.mark.promise("S10")
@pytest.mark.parametrize("state", ["unknown", "wrong", "no password", "disabled", "locked"])
def test_whoever_is_not_let_in_is_not_told_why(app, state):
    staff = enrolled(app)
    if state == "no password":
        change(staff, password_hash=None)
    if state == "disabled":
        change(staff, disabled_at=now())
    if state == "locked":
        change(staff, locked_until=now() + HOUR)
    email = "nobody@example.gov" if state == "unknown" else staff.email
    hashed = []
    check = keys._hasher.verify
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(keys._hasher), "verify", lambda _self, *words: hashed.append(words) or check(*words))
        assert check_password(email, "wrong password!" if state == "wrong" else PASSWORD) is None
    assert len(hashed) == 1


def test_a_secret_of_another_secret_key_lets_nobody_in_but_recovery_codes_do(app):
    staff = enrolled(app)
    with transaction():
        codes = sign_in.replace_recovery_codes(staff.id)
    app.config["SECRET_KEY"] = "another"
    assert check_code(check_password(staff.email), code_now()) is None
    assert check_code(check_password(staff.email), codes[0])


def session_of(staff):
    with transaction():
        return sign_in.begin_session(staff.id, browser="Browser", life=HOUR)


@pytest.mark.parametrize(
    "values",
    [
        {"revoked_at": datetime.datetime(2026, 1, 1)},
        {"expires_at": datetime.datetime(2026, 1, 1)},
        {"last_seen_at": datetime.datetime(2026, 1, 1)},
    ],
)
def test_how_a_session_ends(app, values):
    staff = make_staff(app)
    key = session_of(staff)
    assert queries.signed_in_by_key(key, idle=HOUR)
    with transaction():
        db.session.execute(sa.update(StaffSession).values(**values))
    assert queries.signed_in_by_key(key, idle=HOUR) is None
    assert queries.sessions_of(staff.id, idle=HOUR) == []


def test_a_session_of_a_disabled_account_is_over(app):
    staff = make_staff(app)
    key = session_of(staff)
    with transaction():
        accounts.disable_staff(staff, actor=None)
    assert queries.signed_in_by_key(key, idle=HOUR) is None


def test_sessions_are_ended_one_by_one_or_all_but_one(app):
    staff, other = make_staff(app), make_staff(app)
    keys_of_staff = [session_of(staff) for _ in range(3)]
    key_of_other = session_of(other)
    uids = [queries.signed_in_by_key(key, idle=HOUR).session_uid for key in keys_of_staff]
    with transaction():
        assert not sign_in.revoke_session(uids[0], actor=other)
        assert sign_in.revoke_session(uids[0], actor=staff)
        assert not sign_in.revoke_session(uids[0], actor=staff)
        assert sign_in.revoke_sessions(staff, actor=staff, but=uids[1]) == 1
    assert [bool(queries.signed_in_by_key(key, idle=HOUR)) for key in keys_of_staff] == [False, True, False]
    assert queries.signed_in_by_key(key_of_other, idle=HOUR)


def test_changing_the_password_ends_other_sessions_and_links(app):
    staff = enrolled(app)
    mine, other = session_of(staff), session_of(staff)
    uid = queries.signed_in_by_key(mine, idle=HOUR).session_uid
    with transaction():
        link = accounts.give_password_link(staff, actor=None)
    with pytest.raises(accounts.WrongPassword):
        accounts.change_password("wrong password!", "meadow train candle", session_uid=uid, actor=staff)
    with pytest.raises(accounts.Refused, match="at least 12"):
        accounts.change_password(PASSWORD, "short", session_uid=uid, actor=staff)
    with transaction():
        accounts.change_password(PASSWORD, "meadow train candle", session_uid=uid, actor=staff)
    assert queries.signed_in_by_key(mine, idle=HOUR)
    assert queries.signed_in_by_key(other, idle=HOUR) is None
    assert queries.ticket_holder(link, "set_password") is None
    assert check_password(staff.email) is None
    assert check_password(staff.email, "meadow train candle")


@pytest.mark.promise("S10")
def test_a_link_sets_a_password_once(app):
    staff = make_staff(app)
    change(staff, failed_sign_ins=9, locked_until=now() + HOUR)
    with transaction():
        void = accounts.give_password_link(staff, actor=None)
        link = accounts.give_password_link(staff, actor=None)
    with transaction():
        assert not accounts.set_password_by_link(void, PASSWORD)
    with pytest.raises(accounts.Refused), transaction():
        accounts.set_password_by_link(link, "short")
    with transaction():
        assert accounts.set_password_by_link(link, PASSWORD)
    with transaction():
        assert not accounts.set_password_by_link(link, "meadow train candle")
    assert check_password(staff.email)


def test_a_link_is_over_after_a_day(app):
    staff = make_staff(app)
    with transaction():
        link = accounts.give_password_link(staff, actor=None)
    with transaction():
        db.session.execute(sa.update(StaffTicket).values(expires_at=now()))
    with transaction():
        assert not accounts.set_password_by_link(link, PASSWORD)


def test_resetting_the_second_step_ends_sessions_and_codes(app):
    staff = enrolled(app)
    key = session_of(staff)
    with transaction():
        sign_in.replace_recovery_codes(staff.id)
        accounts.reset_second_factor(staff, actor=None)
    assert queries.signed_in_by_key(key, idle=HOUR) is None
    assert queries.recovery_codes_left(staff.id) == 0
    assert queries.ticket_holder(check_password(staff.email), "sign_in").totp_secret


def test_an_administrator_cannot_lock_themselves_out(app):
    admin = make_staff(app, "administrator", password=PASSWORD)
    make_staff(app, "administrator", password=PASSWORD)
    with pytest.raises(accounts.Refused, match="your own administrator role"):
        accounts.change_roles(admin, ["editor"], agency_ids=[], actor=admin)
    with pytest.raises(accounts.Refused, match="your own account"):
        accounts.disable_staff(admin, actor=admin)
    with transaction():
        accounts.change_roles(admin, ["administrator", "editor"], agency_ids=[], actor=admin)


def test_the_last_administrator_who_can_sign_in_stays(app):
    admin = make_staff(app, "administrator", password=PASSWORD)
    make_staff(app, "administrator")
    gone = make_staff(app, "administrator", password=PASSWORD)
    with transaction():
        accounts.disable_staff(gone, actor=None)
    with pytest.raises(accounts.Refused, match="last administrator"), transaction():
        accounts.disable_staff(admin, actor=None)
    with pytest.raises(accounts.Refused, match="last administrator"), transaction():
        accounts.change_roles(admin, ["editor"], agency_ids=[], actor=None)
    with transaction():
        accounts.enable_staff(gone, actor=None)
        accounts.disable_staff(admin, actor=gone)


def test_two_administrators_who_disable_each_other_at_once(app):
    pair = [make_staff(app, "administrator", password=PASSWORD) for _ in range(2)]
    outcomes = []
    ready = threading.Barrier(2)

    def disable(one, other):
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    accounts.disable_staff(one, actor=other)
                outcomes.append("disabled")
            except accounts.Refused:
                outcomes.append("refused")

    threads = [threading.Thread(target=disable, args=(pair[i], pair[1 - i])) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["disabled", "refused"]


def test_the_audit_says_who_did_what_and_stays(app):
    admin = make_staff(app, "administrator", password=PASSWORD)
    staff = make_staff(app)
    with transaction():
        record_audit("publish", "service", "snap", actor=staff, note={"version": 3})
        accounts.disable_staff(staff, actor=admin)
    assert [(row.who, row.verb, row.note) for row in queries.audit_rows(kind="service", record="snap")] == [
        (staff.name, "publish", {"version": 3})
    ]
    assert verbs(staff) == ["create", "publish", "disable", "revoke sessions"]
    for statement in (sa.update(AuditEntry).values(verb="nothing"), sa.delete(AuditEntry)):
        with pytest.raises(sa.exc.DatabaseError, match="never changed"), transaction():
            db.session.execute(statement)
    assert verbs(staff) == ["create", "publish", "disable", "revoke sessions"]


def test_what_ended_long_ago_is_forgotten(app):
    staff = make_staff(app)
    key = session_of(staff)
    session_of(staff)
    with transaction():
        sign_in.give_ticket(staff.id, "sign_in")
        db.session.execute(sa.update(StaffTicket).values(expires_at=now()))
        db.session.execute(
            sa.update(StaffSession)
            .where(StaffSession.key_hash != keys.hash_key(key))
            .values(expires_at=now() - datetime.timedelta(days=31))
        )
    with transaction():
        sign_in.forget_old_sessions()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StaffSession)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StaffTicket)) == 0

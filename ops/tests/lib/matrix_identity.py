"""Who is known and how sessions are proved, in ops/tests/matrix: the cases of docs/people.md."""
import base64
import json
import random
import secrets

from matrix_objects import ESTATE, Case
from matrix_people import sql

NOTHING = "019a0000-0000-7000-8000-000000000000"
TICKET = {"ticket": "x" * 43}


def number():
    """A phone that nobody has."""
    return f"139{random.randrange(10 ** 8):08d}"


def household(person):
    """The household that a person lives in."""
    return sql("SELECT household_id FROM linli.membership WHERE person_id ="
               f" '{person.person}' AND ends = 'infinity' LIMIT 1")[0][0]


def joining(people):
    """Codes, invitations, proofs, and who is known."""
    committee, owner = people["C"], people["O"]
    base = ESTATE.format(estate=people.estate)
    home, elsewhere = household(owner), household(people["J"])
    codes = ESTATE + "join-codes"

    def wanted(place):
        return {"household": place, "standing": "relative", "because": "来访登记"}

    def code():
        made = committee.need("POST", base + "join-codes", wanted(home))
        return {"code": made["join_code"]["id"]}

    def newcomer(ids):
        del ids
        return {"display_name": f"新人{secrets.token_hex(3)}", "household": home,
                "standing": "relative", "because": "来访登记"}

    def proof():
        given = committee.need("POST", base + f"people/{owner.person}/proofs", {"because": "看过身份证"})
        return {"proof": given["id"]}

    proofs = ESTATE + f"people/{owner.person}/proofs"
    guess = {"code": "ABCD-EFGH-JKMN"}
    return {
        ("requestJoin", "a-guess"): Case("POST", "/api/v1/joining/codes",
                                         lambda ids: {**guess, "phone": number()}),
        ("join", "a-guess"): Case("POST", "/api/v1/joining", {
            "request": NOTHING, "phone_code": "000000", "display_name": "新人"}),
        ("joinSignedIn", "a-guess"): Case("POST", "/api/v1/me/joining", guess),
        ("issueJoinCode", "for-the-owner's"): Case("POST", codes, wanted(home)),
        ("issueJoinCode", "for-another-stair"): Case("POST", codes, wanted(elsewhere)),
        ("listJoinCodes", "for-the-owner's"): Case(
            "GET", codes + "?limit=100", make=code, has="code"),
        ("inviteMember", "to-the-owner's"): Case(
            "POST", ESTATE + "invitations", {"household": home, "standing": "relative"}),
        ("revokeJoinCode", "for-the-owner's"): Case("DELETE", codes + "/{code}", make=code),
        ("listPeople", "unclaimed"): Case("GET", ESTATE + "people?state=unclaimed"),
        ("enterPerson", "at-the-owner's"): Case("POST", ESTATE + "people", newcomer),
        ("listResidences", "-"): Case("GET", ESTATE + "residences"),
        ("giveProof", "to-the-owner"): Case("POST", proofs, {"because": "看过身份证"}),
        ("listProofs", "the-owner's"): Case("GET", proofs, make=proof, has="proof"),
        ("withdrawProof", "the-owner's"): Case(
            "POST", proofs + "/{proof}/withdrawal", {"because": "证件过期"}, make=proof),
        ("getStanding", "-"): Case("GET", ESTATE + "me/standing"),
    }


def second_proofs(people):
    """Passkeys, vouching, codes for devices, phones and desks."""
    committee, owner = people["C"], people["O"]
    base = ESTATE.format(estate=people.estate)
    data = {"type": "webauthn.get", "challenge": "AAAA", "origin": "http://localhost"}
    said = base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")
    garbage = {"credential": {"id": "AAAA", "type": "public-key", "response": {
        "clientDataJSON": said, "authenticatorData": "AAAA", "signature": "AAAA",
        "attestationObject": "AAAA"}}}

    def passkey():
        row = sql("INSERT INTO linli.passkey (account_id, id, credential_id, public_key, sign_count,"
                  " label, created_at, added_in) SELECT p.account_id, gen_random_uuid(),"
                  f" '\\x{secrets.token_hex(16)}', '\\x00', 0, '', '2026-03-01Z', gen_random_uuid()"
                  f" FROM linli.person AS p WHERE p.id = '{owner.person}' RETURNING id")
        return {"passkey": row[0][0]}

    def device_code():
        made = committee.need("POST", base + f"people/{owner.person}/device-codes", {})
        return {"code": made["id"]}

    def desk():
        return {"desk": committee.need("POST", base + "desks", {"label": "活动室"})["id"]}

    sign_in = "/api/v1/sign-in/"
    return {
        ("getSignInPasskeyOptions", "-"): Case("GET", sign_in + "passkey-options"),
        ("signInByPasskey", "a-guess"): Case("POST", sign_in + "passkeys", garbage),
        ("askToBeVouchedForAtSignIn", "a-guess"): Case("POST", sign_in + "proof-requests", TICKET),
        ("proveSignIn", "a-guess"): Case(
            "POST", sign_in + "proofs", {**TICKET, "code": "ABCD-EFGH-JKMN"}),
        ("getPasskeyOptions", "-"): Case("GET", "/api/v1/me/passkey-options?for=add"),
        ("listPasskeys", "the-owner's"): Case(
            "GET", "/api/v1/me/passkeys", make=passkey, has="passkey"),
        ("addPasskey", "a-guess"): Case("POST", "/api/v1/me/passkeys", garbage),
        ("removePasskey", "the-owner's"): Case(
            "DELETE", "/api/v1/me/passkeys/{passkey}", make=passkey),
        ("proveByPasskey", "a-guess"): Case("POST", "/api/v1/me/proof/passkeys", garbage),
        ("getProof", "-"): Case("GET", "/api/v1/me/proof"),
        ("proveByCode", "a-guess"): Case(
            "POST", "/api/v1/me/proof/codes", {"code": "ABCD-EFGH-JKMN"}),
        ("askToBeVouchedFor", "-"): Case("POST", "/api/v1/me/proof/requests"),
        ("listProofRequests", "-"): Case("GET", ESTATE + "proof-requests"),
        ("vouch", "a-guess"): Case(
            "POST", ESTATE + f"proof-requests/{NOTHING}/vouchings",
            {"person": owner.person, "number": 42, "because": "认识"}),
        ("requestPhoneCode", "-"): Case(
            "POST", "/api/v1/me/phone-codes", lambda ids: {"phone": number()}),
        ("changePhone", "a-guess"): Case("PUT", "/api/v1/me/phone", {
            "phone": "13900000000", "request": NOTHING, "code": "000000"}),
        ("issueDeviceCode", "for-the-owner"): Case(
            "POST", ESTATE + f"people/{owner.person}/device-codes", {}),
        ("revokeDeviceCode", "for-the-owner"): Case(
            "DELETE", ESTATE + "device-codes/{code}", make=device_code),
        ("listDesks", "-"): Case("GET", ESTATE + "desks", make=desk, has="desk"),
        ("openDesk", "-"): Case("POST", ESTATE + "desks", {"label": "活动室"}),
        ("closeDesk", "the-committee's"): Case("DELETE", ESTATE + "desks/{desk}", make=desk),
        ("reportPhone", "the-owner's"): Case(
            "POST", ESTATE + f"people/{owner.person}/phone-reports", {"because": "号码已换人"}),
        ("reportOwnPhone", "-"): Case("POST", "/api/v1/me/phone-reports"),
        ("endOtherSessions", "-"): Case("DELETE", "/api/v1/me/sessions"),
    }

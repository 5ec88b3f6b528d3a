"""Children, guardians, consents and delegates in ops/tests/matrix: docs/people/family.md, delegates.md."""
import datetime
import secrets
import uuid

from matrix_identity import household
from matrix_objects import ESTATE, Case, Gathering
from matrix_people import sql


def proved(people, *roles):
    """Persons of these roles, verified in person."""
    for role in roles:
        people["C"].need("POST", ESTATE.format(estate=people.estate)
                         + f"people/{people[role].person}/proofs", {"because": "看过身份证"})


class Family:
    """Children of the owner, made through the API."""

    def __init__(self, people):
        self.people = people
        self.base = ESTATE.format(estate=people.estate)
        self.home = household(people["O"])

    def wanted(self, ids=None):
        """A child that nobody has entered."""
        del ids
        return {"display_name": f"孩子{secrets.token_hex(3)}", "birth_date": "2018-08-08",
                "household": self.home, "standing": "child"}

    def child(self):
        """One that the owner has entered."""
        made = self.people["O"].need("POST", self.base + "children", self.wanted())
        return {"child": made["child"], "guardianship": made["guardianship"]}

    def objected(self):
        """One whose guardian somebody of the household objects to."""
        made = self.child()
        raised = self.people["H"].need("POST", self.base + "family-objections", {
            "guardianship": made["guardianship"], "because": "请核实"})
        return {**made, "objection": raised["id"]}

    def consented(self):
        """One for whom the owner has agreed to something."""
        made = self.child()
        given = self.people["O"].need("POST", self.base + "consents", {
            "subject": made["child"], "purpose": "photographs", "version": 1})
        return {**made, "consent": given["id"]}

    def booked(self):
        """One whom the owner brings to a meeting."""
        made = self.child()
        day = datetime.date(2026, 3, 4) + datetime.timedelta(days=next(Gathering.days))
        met = Gathering(self.people).publish(
            starts=f"{day}T10:00", ends=f"{day}T11:30",
            seats=[{"kind": "adult", "total": 9}, {"kind": "child", "total": 9}])
        owner = self.people["O"]
        joined = owner.need(
            "POST", self.base + f"occurrences/{met['occurrence']}/reservations",
            {"members": [{"person": owner.person}, {"person": made["child"]}]})
        return {**made, **met, "reservation": joined["id"]}

    def vetted(self):
        """That the owner was vetted."""
        made = self.people["C"].need(
            "POST", self.base + f"people/{self.people['O'].person}/vettings", {"because": "看过证明"})
        return {"vetting": made["id"]}


def family(people):
    """Children, their guardians and consents, and their places at activities."""
    made = Family(people)
    proved(people, "O", "H", "N")
    child, booking = ESTATE + "children/{child}", ESTATE + "children/{child}/bookings/{reservation}"
    neighbour, owner = people["N"].person, people["O"].person
    week = {"household": made.home, "weeks": 1, "monday": "2026-03-02", "days": [0, 1]}
    day = {"household": made.home, "day": "2026-03-10", "is_here": True}
    meeting = ESTATE + "occurrences/{occurrence}"
    return {
        ("enterChild", "at-the-owner's"): Case("POST", ESTATE + "children", made.wanted),
        ("listChildren", "the-owner's"): Case(
            "GET", ESTATE + "children", make=made.child, has="child"),
        ("listChildBookings", "the-owner's"): Case("GET", child + "/bookings", make=made.child),
        ("setChildHome", "the-owner's"): Case("PUT", child + "/home", week, make=made.child),
        ("setChildDay", "the-owner's"): Case("PUT", child + "/day", day, make=made.child),
        ("beginGuardianship", "by-her-word"): Case(
            "POST", ESTATE + "guardianships", lambda ids: {"child": ids["child"]}, make=made.child),
        ("beginGuardianship", "on-evidence"): Case(
            "POST", ESTATE + "guardianships",
            lambda ids: {"child": ids["child"], "guardian": neighbour, "evidence": "法院裁定"},
            make=made.child),
        ("listGuardianships", "the-owner's"): Case(
            "GET", ESTATE + "guardianships?child={child}", make=made.child, has="guardianship"),
        ("endGuardianship", "the-owner's"): Case(
            "POST", ESTATE + "guardianships/{guardianship}/ending", {"because": "已移交"},
            make=made.child),
        ("objectFamily", "to-the-owner's"): Case(
            "POST", ESTATE + "family-objections",
            lambda ids: {"guardianship": ids["guardianship"], "because": "请核实"}, make=made.child),
        ("decideObjection", "the-household's"): Case(
            "POST", ESTATE + "family-objections/{objection}/decision",
            {"decision": "dismissed", "because": "看过证明"}, make=made.objected),
        ("listConsentTexts", "-"): Case("GET", ESTATE + "consent-texts"),
        ("giveConsent", "for-the-owner's"): Case(
            "POST", ESTATE + "consents",
            lambda ids: {"subject": ids["child"], "purpose": "photographs", "version": 1},
            make=made.child),
        ("giveConsent", "for-oneself"): Case(
            "POST", ESTATE + "consents", {"purpose": "photographs", "version": 1}),
        ("listConsents", "the-owner's"): Case(
            "GET", ESTATE + "consents", make=made.consented, has="consent"),
        ("withdrawConsent", "the-owner's"): Case(
            "POST", ESTATE + "consents/{consent}/withdrawal", make=made.consented),
        ("vet", "the-owner"): Case(
            "POST", ESTATE + f"people/{owner}/vettings", {"because": "看过证明"}),
        ("listVettings", "the-owner's"): Case(
            "GET", ESTATE + f"people/{owner}/vettings", make=made.vetted, has="vetting"),
        ("unvet", "the-owner's"): Case("DELETE", ESTATE + "vettings/{vetting}", make=made.vetted),
        ("setChildRatio", "-"): Case(
            "PUT", ESTATE + "child-ratio", {"children_per_adult": 8}, keeps=True),
        ("withdrawChild", "the-owner's"): Case(
            "POST", booking + "/withdrawal", make=made.booked),
        ("askReleaseCode", "the-owner's"): Case(
            "POST", booking + "/release-codes", {}, make=made.booked, keeps=True),
        ("releaseChild", "a-guess"): Case(
            "POST", meeting + "/releases", {"code": "00000000"}, make=made.booked, keeps=True),
        ("callGuardians", "not-there"): Case(
            "POST", meeting + "/children/{child}/calls", make=made.booked, keeps=True),
    }


def delegates(people):
    """Who acts for an elder."""
    base = ESTATE.format(estate=people.estate)
    owner, volunteer = people["O"].person, people["T"].person

    def asked():
        rows = people["W"].need("GET", base + "delegation-requests")["requests"]
        open_ones = [row["id"] for row in rows if row["beneficiary"] == owner]
        if not open_ones:
            made = people["H"].need("POST", base + "delegation-requests", {
                "beneficiary": owner, "scope": ["activities"]})
            open_ones = [made["id"]]
        return {"request": open_ones[0]}

    def delegation():
        made = str(uuid.uuid4())
        sql("INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins, ends,"
            f" because) VALUES ('{people.estate}', '{made}', '{volunteer}', '{owner}',"
            " '{activities}', '2026-01-01Z', '2027-01-01Z', 'mandate')")
        return {"delegation": made}

    appointment = {"doer": people["N"].person, "beneficiary": owner, "scope": ["activities"],
                   "evidence": "本人在场"}
    return {
        ("appointDelegate", "of-the-owner"): Case("POST", ESTATE + "delegations", appointment),
        ("askDelegation", "for-the-owner"): Case(
            "POST", ESTATE + "delegation-requests", {"beneficiary": owner, "scope": ["activities"]}),
        ("listDelegationRequests", "the-owner's"): Case(
            "GET", ESTATE + "delegation-requests", make=asked, has="request"),
        ("answerCallback", "the-owner's"): Case(
            "POST", ESTATE + "delegation-requests/{request}/answer",
            {"confirmed": False, "because": "她说不用"}, make=asked),
        ("listElderDelegations", "the-owner's"): Case(
            "GET", ESTATE + f"people/{owner}/delegations", make=delegation, has="delegation"),
        ("endDelegation", "the-owner's"): Case(
            "DELETE", ESTATE + "delegations/{delegation}", make=delegation),
    }

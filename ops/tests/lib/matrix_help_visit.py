"""Visits of help in ops/tests/matrix: the neighbour helps the owner. docs/help/visits.md."""
from matrix_objects import ESTATE, Case
from matrix_people import Person, sql

ONE = ESTATE + "visits/{visit}"
FACTS = {"kept_time": 3, "careful": 3, "friendly": 2, "again": True}


def now():
    """The server's instant."""
    text = Person("clock").ask("GET", "/dev/clock")[2]
    return text.split(": ")[1].split(",")[0]


class Visits:
    """Visits by the neighbour at the owner, each in the state that a case wants."""

    def __init__(self, people):
        self.people = people

    def covered(self):
        """The owner's delegate acts for help, whatever was ended before."""
        doer, owner = self.people["D"].person, self.people["O"].person
        sql(f"DELETE FROM linli.delegation WHERE doer_id = '{doer}' AND beneficiary_id = '{owner}'")
        sql("INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,"
            f" ends, because) VALUES ('{self.people.estate}', gen_random_uuid(), '{doer}', '{owner}',"
            " '{announcements,activities,needs,help}', '2026-01-01Z', '2027-01-01Z', 'mandate')")

    def visit(self, state="planned", kind="shopping", more="", values=""):
        """A visit of an hour that begins in ten minutes, or did an hour ago."""
        self.covered()
        sql("DELETE FROM linli.help_safety_report")
        at = now()
        begins = "10 minutes" if state == "planned" else "-1 hour"
        came = {"planned": "NULL, NULL, NULL", "under_way": f"'{at}', NULL, NULL",
                "done": f"timestamptz '{at}' - interval '1 hour', '{at}', '{at}'"}[state]
        made = sql(
            "INSERT INTO linli.help_visit (estate_id, id, source, source_id, kind, helper_id,"
            " person_id, begins, ends, state, planned_at, checked_in_at, checked_out_at, closed_at"
            f"{more}) VALUES ('{self.people.estate}', gen_random_uuid(), 'request',"
            f" gen_random_uuid(), '{kind}', '{self.people['N'].person}', '{self.people['O'].person}',"
            f" timestamptz '{at}' + interval '{begins}', timestamptz '{at}' + interval '{begins}'"
            f" + interval '1 hour', '{state}', '{at}', {came}{values}) RETURNING id")
        return {"visit": made[0][0]}

    def path(self, ids):
        """Where a visit stands."""
        return ONE.format(estate=self.people.estate, **ids)

    def report(self):
        """The owner said that it was not safe."""
        ids = self.visit("done")
        self.people["O"].need("POST", self.path(ids) + "/safety", {"is_safe": False})
        return {**ids, "report": sql("SELECT id FROM linli.help_safety_report WHERE visit_id ="
                                     f" '{ids['visit']}'")[0][0]}

    def dispute(self):
        """The owner raised a dispute."""
        ids = self.visit("done")
        made = self.people["O"].need("POST", self.path(ids) + "/disputes",
                                     {"about": "late", "words": "晚了"})
        return {**ids, "dispute": made["id"]}

    def decided(self):
        """A social worker decided on it."""
        ids = self.dispute()
        self.people["W"].need("PUT", ESTATE.format(estate=self.people.estate)
                              + f"help/disputes/{ids['dispute']}/decision", {"decision": "upheld"})
        return ids

    def credit(self):
        """Both confirmed, and the neighbour was issued an hour."""
        ids = self.visit("done", "company")
        for role in ("N", "O"):
            self.people[role].need("POST", self.path(ids) + "/confirmation", {})
        return {**ids, "credit": sql("SELECT id FROM linli.time_credit WHERE visit_id ="
                                     f" '{ids['visit']}'")[0][0]}

    def unvouched(self):
        """Nobody vouches, and nothing stands between the neighbour and the owner."""
        sql("DELETE FROM linli.help_vouch; DELETE FROM linli.help_safety_report;"
            " DELETE FROM linli.block; DELETE FROM linli.protection")
        return {}

    def vouch(self):
        """The neighbour vouches for the owner."""
        sql("DELETE FROM linli.help_vouch")
        return {"vouch": sql(
            "INSERT INTO linli.help_vouch (estate_id, id, voucher_id, subject_id, domain, begins, ends)"
            f" VALUES ('{self.people.estate}', gen_random_uuid(), '{self.people['N'].person}',"
            f" '{self.people['O'].person}', 'errands', '2026-03-01Z', '2026-08-01Z') RETURNING id")[0][0]}


def help_visits(people):
    """What both sides do, and what comes after."""
    made = Visits(people)
    people["C"].need("PUT", ESTATE.format(estate=people.estate) + "help/limits",
                     {"cash_fen": 20000, "pair_minutes": 6000})
    return {**sides(made), **afterwards(made)}


def sides(made):
    """What both sides do at a visit."""

    def act(method, path, state, body=None, **more):
        return Case(method, ONE + path, body, make=lambda: made.visit(state, **more))

    return {
        ("listOwnHelpVisits", "the-owner's"): Case(
            "GET", ESTATE + "me/visits?limit=100", make=made.visit, has="visit"),
        ("readHelpVisit", "the-owner's"): Case("GET", ONE, make=made.visit),
        ("checkInHelpVisit", "the-owner's"): act("POST", "/check-in", "planned"),
        ("undoHelpVisitCheckIn", "the-owner's"): act("DELETE", "/check-in", "under_way"),
        ("checkOutHelpVisit", "the-owner's"): act("POST", "/check-out", "under_way"),
        ("cancelHelpVisit", "the-owner's"): act(
            "POST", "/cancellation", "planned", {"because": "ill"}),
        ("confirmHelpVisit", "the-owner's"): act("POST", "/confirmation", "done", {}),
        ("noteHelpVisit", "the-owner's"): act("PUT", "/note", "done", {"note": "喜欢喝茶"}),
        ("sayErrandCash", "the-owner's"): act("PUT", "/cash", "planned", {"fen": 5000}),
        ("showErrandReceipt", "the-owner's"): act(
            "PUT", "/receipt", "under_way", {"paid_fen": 10, "receipt": "青菜"}, more=", cash_fen",
            values=", 5000"),
        ("readHelpLimits", "-"): Case("GET", ESTATE + "help/limits"),
        ("setHelpLimits", "-"): Case(
            "PUT", ESTATE + "help/limits", {"cash_fen": 20000, "pair_minutes": 6000}),
        ("sayHelpVisitSafety", "the-owner's"): act(
            "POST", "/safety", "done", {"is_safe": False}),
        ("listHelpSafetyReports", "the-owner's"): Case(
            "GET", ESTATE + "help/safety-reports?limit=100", make=made.report, has="report"),
        ("decideHelpSafetyReport", "the-owner's"): Case(
            "PUT", ESTATE + "help/safety-reports/{report}/decision", {"decision": "stands"},
            make=made.report),
    }


def afterwards(made):
    """Ratings, disputes, evidence and time credits."""
    one = ESTATE + "help/disputes/{dispute}"
    return {
        ("rateHelpVisit", "the-owner's"): Case(
            "POST", ONE + "/rating", FACTS, make=lambda: made.visit("done")),
        ("listHelpVisitRatings", "the-owner's"): Case(
            "GET", ONE + "/ratings", make=lambda: made.visit("done")),
        ("disputeHelpVisit", "the-owner's"): Case(
            "POST", ONE + "/disputes", {"about": "late", "words": "晚了"},
            make=lambda: made.visit("done")),
        ("listHelpVisitDisputes", "the-owner's"): Case(
            "GET", ONE + "/disputes", make=made.dispute, has="dispute"),
        ("readHelpDispute", "the-owner's"): Case("GET", one, make=made.dispute),
        ("decideHelpDispute", "the-owner's"): Case(
            "PUT", one + "/decision", {"decision": "upheld"}, make=made.dispute),
        ("appealHelpDispute", "the-owner's"): Case("POST", one + "/appeal", make=made.decided),
        ("listOwnEvidence", "-"): Case("GET", ESTATE + "me/evidence"),
        ("contestEvidence", "-"): Case("POST", ESTATE + "me/evidence/contests"),
        ("listOwnVouches", "-"): Case("GET", ESTATE + "me/vouches"),
        ("vouchForHelp", "for-the-owner"): Case(
            "POST", ESTATE + "me/vouches",
            lambda ids: {"person": made.people["O"].person, "domain": "errands"},
            make=made.unvouched),
        ("endVouch", "the-neighbour's"): Case(
            "DELETE", ESTATE + "me/vouches/{vouch}", make=made.vouch),
        ("listOwnTimeCredits", "the-neighbour's"): Case(
            "GET", ESTATE + "me/time-credits?limit=100", make=made.credit, has="credit"),
        ("giveTimeCredits", "back"): Case(
            "POST", ESTATE + "me/time-credits/gifts", {"quarters": 1}, make=made.credit),
        ("reverseTimeCredit", "the-neighbour's"): Case(
            "POST", ESTATE + "help/time-credits/{credit}/reversal", make=made.credit),
    }

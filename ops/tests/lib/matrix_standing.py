"""Roles and ties, in ops/tests/matrix: the cases of docs/people/standing.md."""
import random
import secrets

from matrix_objects import ESTATE, Case
from matrix_people import sql


def standing(people):
    """All cases of the room."""
    return {**roles(people), **ties(people), **states(people), **merges(people), **ends(people)}


def roles(people):
    """Roles with terms: the committee gives most, the property manager those of its own."""
    committee, owner = people["C"], people["O"]
    base = ESTATE.format(estate=people.estate)
    # A guard has to be known in person.
    guard = people["G"]
    committee.need("POST", base + f"people/{guard.person}/proofs", {"because": "看过身份证"})

    def hour(number):
        day = number % 28 + 1
        return f"20{27 + number // 336 % 20}-{number // 28 % 12 + 1:02d}-{day:02d}T%02d:00:00Z"

    def wanted(role, person, because):
        def body(ids):
            del ids
            at = hour(random.randrange(10 ** 6))
            return {"person": person, "role": role, "because": because, "begins": at % 1,
                    "ends": at % 2}
        return body

    volunteer = wanted("volunteer", owner.person, "volunteered")

    def term():
        wish = volunteer(None)
        made = committee.need("POST", base + "roles", wish)
        return {"term": made["id"], "later": wish["ends"].replace("T02", "T03")}

    def later(ids):
        return {"ends": ids["later"], "because": "volunteered"}

    leading = sql("SELECT id FROM linli.role_term WHERE role = 'stair_leader' AND person_id ="
                  f" '{people['L'].person}' LIMIT 1")[0][0]
    one = ESTATE + "roles/{term}"
    listed = ESTATE + "roles?limit=100&"
    return {
        ("listRoleKinds", "-"): Case("GET", ESTATE + "role-kinds"),
        ("listRoles", "an-office"): Case(
            "GET", listed + f"person={people['L'].person}", make=lambda: {"term": leading},
            has="term"),
        ("listRoles", "the-owner's"): Case(
            "GET", listed + f"state=coming&person={owner.person}", make=term, has="term"),
        ("beginRole", "volunteer"): Case("POST", ESTATE + "roles", volunteer),
        ("beginRole", "duty-guard"): Case(
            "POST", ESTATE + "roles", wanted("duty_guard", guard.person, "appointed")),
        ("extendRole", "the-owner's"): Case("POST", one + "/extension", later, make=term),
        ("endRole", "the-owner's"): Case("POST", one + "/end", {"because": "mistake"}, make=term),
    }


def ties(people):
    """Ties: each sees its own, and claims one to whom it sees."""
    leader, owner = people["L"], people["O"]

    def asked():
        sql("UPDATE linli.tie SET ends = '2026-03-02Z' WHERE ends = 'infinity' AND"
            f" '{owner.person}' IN (claimer_id, other_id) AND claimed_at < '2026-03-02Z'")
        row = sql("INSERT INTO linli.tie (estate_id, id, kind, claimer_id, other_id, claimed_at)"
                  f" VALUES ('{people.estate}', gen_random_uuid(), 'friend', '{leader.person}',"
                  f" '{owner.person}', '2026-03-01Z') RETURNING id")
        return {"tie": row[0][0]}

    return {
        ("listTies", "the-owner's"): Case("GET", ESTATE + "ties", make=asked, has="tie"),
        ("claimTie", "to-the-leader"): Case(
            "POST", ESTATE + "ties", {"person": leader.person, "kind": "neighbour"}),
        ("claimTie", "to-the-owner"): Case(
            "POST", ESTATE + "ties", {"person": owner.person, "kind": "kin"}),
        ("confirmTie", "the-owner's"): Case(
            "POST", ESTATE + "ties/{tie}/confirmation", make=asked),
        ("endTie", "the-owner's"): Case("DELETE", ESTATE + "ties/{tie}", make=asked),
        ("issueTieCode", "-"): Case("POST", ESTATE + "tie-codes", {"kind": "friend"}),
        ("useTieCode", "a-guess"): Case(
            "POST", ESTATE + "tie-codes/use", {"code": "ABCD-EFGH"}),
    }


def states(people):
    """Absences, which neighbours do not find, and what duty roles note of persons."""
    owner = people["O"]
    base = ESTATE.format(estate=people.estate)
    own = ESTATE + f"people/{owner.person}/absences"
    # Somebody who has no part in any other case.
    [[neighbour]] = sql(
        f"INSERT INTO linli.person (estate_id, id, display_name, created_at) VALUES "
        f"('{people.estate}', gen_random_uuid(), '搬走的人', '2026-01-01Z') RETURNING id")

    def over():
        sql("UPDATE linli.absence SET ends = begins")
        return {}

    def absence():
        over()
        made = owner.need("POST", base + f"people/{owner.person}/absences", {"kind": "away"})
        return {"absence": made["id"]}

    def gone():
        sql(f"UPDATE linli.person SET state = 'moved' WHERE id = '{neighbour}'")
        return {}

    return {
        ("listAbsences", "the-owner's"): Case("GET", own, make=absence, has="absence"),
        ("setAbsence", "the-owner's"): Case(
            "POST", own, {"kind": "in_hospital", "because": "家属来电"}, make=over),
        ("endAbsence", "the-owner's"): Case("POST", own + "/{absence}/end", {}, make=absence),
        ("setPersonState", "a-neighbour-back"): Case(
            "POST", ESTATE + f"people/{neighbour}/state",
            {"state": "active", "because": "登记有误"}, make=gone),
    }


def home(person):
    """The household that a person lives in."""
    return sql("SELECT household_id FROM linli.membership WHERE person_id ="
               f" '{person.person}' AND ends = 'infinity' LIMIT 1")[0][0]


def merges(people):
    """Two entries of one person: the committee makes them one, and two again."""
    committee, owner = people["C"], people["O"]
    base = ESTATE.format(estate=people.estate)
    where = home(people["N"])

    def entry():
        made = committee.need("POST", base + "people", {
            "display_name": f"新人{secrets.token_hex(3)}", "household": where,
            "standing": "relative", "because": "来访登记"})
        return made["person"]

    def two():
        return {"keep": entry(), "drop": entry()}

    def wanted(ids):
        return {"keep": ids["keep"], "drop": ids["drop"], "because": "同一人"}

    def merge():
        return {"merge": committee.need("POST", base + "merges", wanted(two()))["id"]}

    return {
        ("mergePersons", "two-entries"): Case("POST", ESTATE + "merges", wanted, make=two),
        ("listMerges", "two-entries"): Case("GET", ESTATE + "merges", make=merge, has="merge"),
        ("undoMerge", "two-entries"): Case(
            "POST", ESTATE + "merges/{merge}/undo", {"because": "弄错了"}, make=merge),
        ("agreeToMerge", "with-the-owner"): Case(
            "POST", ESTATE + "me/merge-agreements", {"person": owner.person}),
    }


def ends(people):
    """Ends of memberships: a member asks, the person answers, the committee decides."""
    member, owner = people["H"], people["O"]
    base = ESTATE.format(estate=people.estate)
    household = home(owner)
    wish = {"household": household, "person": owner.person, "kind": "leave", "because": "已搬走"}

    def none():
        sql("DELETE FROM linli.membership_request")
        return {}

    def asked():
        none()
        return {"request": member.need("POST", base + "membership-ends", wish)["id"]}

    listed = ESTATE + "membership-ends"
    return {
        ("leaveHousehold", "the-owner's"): Case(
            "POST", ESTATE + "household/leaving", {"household": household}),
        ("askMembershipEnd", "the-owner's"): Case("POST", listed, wish, make=none),
        ("listMembershipEnds", "the-owner's"): Case("GET", listed, make=asked, has="request"),
        ("answerMembershipEnd", "the-owner's"): Case(
            "POST", listed + "/{request}/answer", {"answer": "objected"}, make=asked, keeps=True),
        ("decideMembershipEnd", "the-owner's"): Case(
            "POST", listed + "/{request}/decision", {"outcome": "refused", "because": "仍住在此"},
            make=asked),
    }

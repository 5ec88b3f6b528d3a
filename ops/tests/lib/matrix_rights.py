"""The rights of the person in ops/tests/matrix: the cases of docs/people/rights.md."""
import time

from matrix_family import Family
from matrix_objects import ESTATE, Case
from matrix_people import sql


def rights(people):
    """All cases of the room."""
    return {**copies(people), **corrections(people), **erasures(people), **retention()}


def copies(people):
    """A copy is for whoever asked for it alone."""
    owner = people["O"]
    base = ESTATE.format(estate=people.estate)

    def asked():
        sql("DELETE FROM linli.data_export")
        return {"export": owner.need("POST", base + "me/export", {})["id"]}

    def made():
        ids = asked()
        for _ in range(300):
            if sql(f"SELECT 1 FROM linli.data_export WHERE id = '{ids['export']}'"
                   " AND made_at IS NOT NULL"):
                return ids
            time.sleep(0.2)
        raise SystemExit("the copy was not made within a minute")

    def fresh():
        sql("DELETE FROM linli.data_export")
        return {}

    return {
        ("askExport", "one's-own"): Case("POST", ESTATE + "me/export", {}, make=fresh),
        ("listExports", "the-owner's"): Case(
            "GET", ESTATE + "me/export", make=asked, has="export"),
        ("openExport", "the-owner's"): Case("GET", ESTATE + "me/export/{export}", make=made),
    }


def corrections(people):
    """Whose record it is asks; the committee decides."""
    owner = people["O"]
    base = ESTATE.format(estate=people.estate)
    wanted = {"field": "other", "wanted": "门牌写错了"}

    def fresh():
        sql("DELETE FROM linli.correction")
        return {}

    def asked():
        fresh()
        return {"correction": owner.need("POST", base + "me/corrections", wanted)["id"]}

    return {
        ("askCorrection", "one's-own"): Case(
            "POST", ESTATE + "me/corrections", wanted, make=fresh),
        ("listOwnCorrections", "the-owner's"): Case(
            "GET", ESTATE + "me/corrections", make=asked, has="correction"),
        ("listCorrections", "the-owner's"): Case(
            "GET", ESTATE + "corrections", make=asked, has="correction"),
        ("decideCorrection", "the-owner's"): Case(
            "POST", ESTATE + "corrections/{correction}/decision",
            {"outcome": "refused", "reason": "看过房产证"}, make=asked),
    }


def erasures(people):
    """Each asks for its own, a guardian for its child; of one who died the committee."""
    owner, committee = people["O"], people["C"]
    base = ESTATE.format(estate=people.estate)
    dead = sql("UPDATE linli.person SET state = 'dead' WHERE estate_id = "
               f"'{people.estate}' AND import_key = 'R00800' RETURNING id")[0][0]
    heirs = {"evidence": "继承公证书"}
    of_dead = ESTATE + f"people/{dead}/erasure"

    def none():
        sql("DELETE FROM linli.erasure")
        # Rows before these made some of them the last guardian of a child, which would refuse it.
        sql("DELETE FROM linli.family_objection; DELETE FROM linli.guardianship")
        return {}

    def asked():
        none()
        owner.need("POST", base + "me/erasure", {"understood": True})
        return {}

    def asked_of_dead():
        none()
        committee.need("POST", base + f"people/{dead}/erasure", heirs)
        return {}

    family = Family(people)
    of_child = ESTATE + "children/{child}/erasure"

    def child_asked():
        ids = family.child()
        owner.need("POST", base + f"children/{ids['child']}/erasure", {"understood": True})
        return ids

    return {
        ("askErasureOfChild", "the-owner's"): Case(
            "POST", of_child, {"understood": True}, make=family.child),
        ("showErasureOfChild", "the-owner's"): Case("GET", of_child, make=child_asked),
        ("withdrawErasureOfChild", "the-owner's"): Case("DELETE", of_child, make=child_asked),
        ("askErasure", "one's-own"): Case(
            "POST", ESTATE + "me/erasure", {"understood": True}, make=none),
        ("showErasure", "one's-own"): Case("GET", ESTATE + "me/erasure", make=none),
        ("withdrawErasure", "the-owner's"): Case("DELETE", ESTATE + "me/erasure", make=asked),
        ("askErasureOfDead", "one-who-died"): Case("POST", of_dead, heirs, make=none),
        ("withdrawErasureOfDead", "one-who-died"): Case("DELETE", of_dead, make=asked_of_dead),
    }


def retention():
    """Everybody reads the terms; the committee sets them."""
    return {
        ("listRetention", "-"): Case("GET", ESTATE + "retention"),
        ("setRetention", "-"): Case(
            "PUT", ESTATE + "retention/absence", {"days": 90, "because": "决定"}, keeps=True),
    }

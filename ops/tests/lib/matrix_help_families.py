"""Paired families in ops/tests/matrix: the neighbour helps the owner. docs/help/paired-families.md."""
from matrix_help_visit import Visits, now
from matrix_objects import ESTATE, Case
from matrix_people import sql

TIMES = {"cadence": "weekly", "weekday": 3, "minute": 600}
LIVING = "state IN ('proposed', 'trial', 'active', 'review')"


def alone(people):
    """Nobody is paired, and nothing stands between the neighbour and the owner."""
    Visits(people).covered()
    sql("DELETE FROM linli.help_safety_report; DELETE FROM linli.block; DELETE FROM linli.protection;"
        " DELETE FROM linli.absence; DELETE FROM linli.help_aversion; DELETE FROM linli.pairing_wish;"
        " UPDATE linli.help_visit SET state = 'cancelled', closed_at = planned_at, because = 'test'"
        " WHERE state = 'planned' AND source = 'pairing';"
        f" UPDATE linli.pairing SET ended_at = proposed_at, state = CASE WHEN state = 'proposed'"
        f" THEN 'lapsed' ELSE 'ended' END WHERE {LIVING}")
    return {}


def paired(people, state="trial", helper="N"):
    """The owner is paired, with a visit to come that no job has planned."""
    alone(people)
    at = now()
    pairing = sql(
        "INSERT INTO linli.pairing (estate_id, id, form, kind, helper_id, person_id, origin,"
        " proposed_by, cadence, weekday, minute, minutes, anchor_on, state, proposed_at, until,"
        " helper_agreed_at, person_agreed_at, person_agreed_by, trial_until, review_at,"
        f" review_asked_at) SELECT '{people.estate}', gen_random_uuid(), 'elder', 'company',"
        f" '{people[helper].person}', '{people['O'].person}', 'office', '{people['C'].person}',"
        f" 'weekly', 3, 600, 60, '2026-03-01', '{state}', t.at, t.at + interval '7 days', t.at,"
        f" t.at, '{people['O'].person}', t.at + interval '28 days', t.at + interval '208 days',"
        f" CASE WHEN '{state}' = 'review' THEN t.at END"
        f" FROM (VALUES (timestamptz '{at}')) AS t (at) RETURNING id")[0][0]
    visit = sql(
        "INSERT INTO linli.help_visit (estate_id, id, source, source_id, kind, helper_id, person_id,"
        f" begins, ends, planned_at) VALUES ('{people.estate}', gen_random_uuid(), 'pairing',"
        f" '{pairing}', 'company', '{people[helper].person}', '{people['O'].person}',"
        f" timestamptz '{at}' + interval '3 days', timestamptz '{at}' + interval '73 hours', '{at}')"
        " RETURNING id")[0][0]
    return {"pairing": pairing, "visit": visit}


def covered(people):
    """The social worker is paired with the owner, and the neighbour is asked to stand in."""
    ids = paired(people, helper="W")
    at = now()
    cover = sql(
        "INSERT INTO linli.pairing_cover (estate_id, id, pairing_id, on_day, stand_in_id, begins,"
        f" ends, asked_at, until) VALUES ('{people.estate}', gen_random_uuid(), '{ids['pairing']}',"
        f" '2026-03-04', '{people['N'].person}', timestamptz '{at}' + interval '3 days',"
        f" timestamptz '{at}' + interval '73 hours', '{at}', timestamptz '{at}' + interval '1 day')"
        " RETURNING id")
    return {**ids, "cover": cover[0][0]}


def families(people):
    """What both sides, who stands in, and the offices do."""
    one = ESTATE + "pairings/{pairing}"
    wanted = {"form": "elder", "kind": "company", "helper": people["N"].person,
              "person": people["O"].person, **TIMES}
    wish = {"form": "elder", "kinds": ["walk"]}

    def nobody():
        return alone(people)

    def trial():
        return paired(people)

    def proposed():
        alone(people)
        base = ESTATE.format(estate=people.estate)
        return {"pairing": people["C"].need("POST", base + "pairings", wanted)["id"]}

    def wished():
        alone(people)
        people["O"].need("PUT", ESTATE.format(estate=people.estate) + "me/pairing-wishes/person", wish)
        return {}

    return {
        ("listOwnPairings", "the-owner's"): Case(
            "GET", ESTATE + "me/pairings?limit=100", make=trial, has="pairing"),
        ("getPairing", "the-owner's"): Case("GET", one, make=trial),
        ("listPairings", "the-owner's"): Case(
            "GET", ESTATE + "pairings?limit=100", make=trial, has="pairing"),
        ("listPairingSuggestions", "-"): Case("GET", ESTATE + "pairing-suggestions", make=nobody),
        ("proposePairing", "for-the-owner"): Case("POST", ESTATE + "pairings", wanted, make=nobody),
        ("answerPairing", "the-owner's"): Case(
            "POST", one + "/answer", {"answer": "yes"}, make=proposed),
        ("endPairing", "the-owner's"): Case("POST", one + "/end", make=trial),
        ("renewPairing", "the-owner's"): Case(
            "PUT", one + "/renewal", {"answer": "yes"}, make=lambda: paired(people, "review")),
        ("setPairingCadence", "the-owner's"): Case(
            "PUT", one + "/cadence", TIMES, make=trial, tag=(people["O"], one)),
        ("pausePairing", "the-owner's"): Case("PUT", one + "/pause", {}, make=trial),
        ("namePairingStandIn", "the-owner's"): Case("PUT", one + "/stand-in", {}, make=trial),
        ("skipPairingVisit", "the-owner's"): Case(
            "POST", one + "/skips", lambda ids: {"visit": ids["visit"]}, make=trial),
        ("listStandIns", "to-the-neighbour"): Case(
            "GET", ESTATE + "me/stand-ins?limit=100", make=lambda: covered(people), has="cover"),
        ("answerStandIn", "to-the-neighbour"): Case(
            "POST", ESTATE + "me/stand-ins/{cover}/answer", {"answer": "no"},
            make=lambda: covered(people)),
        ("listPairingWishes", "-"): Case("GET", ESTATE + "me/pairing-wishes"),
        ("setPairingWish", "as-a-helper"): Case(
            "PUT", ESTATE + "me/pairing-wishes/helper", wish, make=nobody),
        ("endPairingWish", "the-owner's"): Case(
            "DELETE", ESTATE + "me/pairing-wishes/person", make=wished),
        ("getPairingRules", "-"): Case("GET", ESTATE + "help/pairing-rules"),
        ("setPairingRules", "-"): Case(
            "PUT", ESTATE + "help/pairing-rules",
            {"elders_max": 5, "families_max": 1, "trial_days": 28, "review_days": 180}),
    }

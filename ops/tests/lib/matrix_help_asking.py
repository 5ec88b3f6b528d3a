"""Asking for help in ops/tests/matrix: the cases of docs/help/asking.md."""
from matrix_help_visit import Visits
from matrix_objects import ESTATE, Case
from matrix_people import sql

BEGINS, ENDS = "2026-03-29T15:00:00+08:00", "2026-03-29T16:00:00+08:00"
TIMES = {"begins": BEGINS, "ends": ENDS, "minutes": 60}


def fresh_request(people, asker="O", is_listed=False):
    """A request, the only one; the owner, who has a delegate, is listed nowhere."""
    Visits(people).covered()
    sql("UPDATE linli.help_proposal SET state = 'lapsed', answered_at = made_at WHERE state = 'open';"
        " UPDATE linli.help_visit SET state = 'cancelled', closed_at = planned_at,"
        " because = 'withdrawn' WHERE state = 'planned';"
        " UPDATE linli.help_visit SET state = 'done', checked_out_at = checked_in_at,"
        " closed_at = checked_in_at WHERE state = 'under_way';"
        " DELETE FROM linli.help_safety_report; DELETE FROM linli.absence;"
        " DELETE FROM linli.help_aversion; DELETE FROM linli.block; DELETE FROM linli.protection;"
        " UPDATE linli.help_request SET state = 'withdrawn', closed_at = entered_at"
        " WHERE state IN ('looking', 'agreed')")
    made = people[asker].need("POST", ESTATE.format(estate=people.estate) + "help-requests",
                              {"kind": "company", "is_listed": is_listed, **TIMES})
    return {"request": made["id"]}


def fresh_proposal(people, origin="round"):
    """A request of the owner's for which the neighbour is asked, or offers."""
    ids = fresh_request(people)
    made = sql("INSERT INTO linli.help_proposal (estate_id, id, request_id, helper_id, origin, begins,"
               f" ends, reasons, made_at, until) VALUES ('{people.estate}', gen_random_uuid(),"
               f" '{ids['request']}', '{people['N'].person}', '{origin}', '{BEGINS}', '{ENDS}', '[]',"
               f" '2026-03-01Z', '{BEGINS}') RETURNING id")
    return {**ids, "proposal": made[0][0]}


def asking(people):
    """Requests, offers, and what helpers are asked."""
    one, helper = ESTATE + "help-requests/{request}", ESTATE + "help-proposals/{proposal}"
    helping = {"is_active": False, "kinds": [], "languages": [], "windows": [], "days_off": []}

    def request():
        return fresh_request(people)

    def listed():
        return fresh_request(people, "N", True)

    def proposal():
        return fresh_proposal(people)

    def accepted():
        ids = fresh_proposal(people)
        people["N"].need("POST", helper.format(estate=people.estate, **ids) + "/acceptance")
        return ids

    return {
        ("getHelping", "-"): Case("GET", ESTATE + "me/helping"),
        ("setHelping", "-"): Case("PUT", ESTATE + "me/helping", helping),
        ("askForHelp", "for-the-owner"): Case(
            "POST", ESTATE + "help-requests",
            lambda ids: {"kind": "company", "person": people["O"].person, **TIMES}, make=request),
        ("listHelpRequests", "the-owner's"): Case(
            "GET", ESTATE + "help-requests?limit=100", make=request, has="request"),
        ("getHelpRequest", "the-owner's"): Case("GET", one, make=request),
        ("changeHelpRequest", "the-owner's"): Case("PUT", one, TIMES, make=request),
        ("withdrawHelpRequest", "the-owner's"): Case("DELETE", one, make=request),
        ("listHelpBoard", "the-neighbour's"): Case(
            "GET", ESTATE + "help-board?limit=100", make=listed, has="request"),
        ("offerHelp", "the-neighbour's"): Case(
            "POST", one + "/offers", {"begins": BEGINS}, make=listed),
        ("answerHelpOffer", "the-neighbour's"): Case(
            "POST", one + "/offers/{proposal}/answer", {"answer": "no"},
            make=lambda: fresh_proposal(people, "offer")),
        ("proposeHelper", "the-owner's"): Case(
            "POST", one + "/proposals",
            lambda ids: {"helper": people["N"].person, "begins": BEGINS}, make=request),
        ("listHelpProposals", "to-the-neighbour"): Case(
            "GET", ESTATE + "help-proposals?limit=100", make=proposal, has="proposal"),
        ("getHelpProposal", "to-the-neighbour"): Case("GET", helper, make=proposal),
        ("acceptHelpProposal", "to-the-neighbour"): Case(
            "POST", helper + "/acceptance", make=proposal),
        ("declineHelpProposal", "to-the-neighbour"): Case(
            "POST", helper + "/refusal", {"because": "busy"}, make=proposal),
        ("releaseHelpProposal", "to-the-neighbour"): Case(
            "POST", helper + "/release", make=accepted),
    }

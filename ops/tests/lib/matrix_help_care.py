"""The care list in ops/tests/matrix: the cases of docs/help/care-list.md."""
from matrix_objects import ESTATE, Case
from matrix_people import sql


def care(people):
    """Whom the two offices call on, who takes turns, and the settings."""
    base = ESTATE + "care-list"
    one = base + "/{entry}"
    wanted = {"person": people["O"].person, "class": "weekly", "named": [people["W"].person],
              "because": "独居"}

    def nobody():
        """Nobody is on the list, and the owner is at home, whatever was said before."""
        sql(f"DELETE FROM linli.absence WHERE person_id = '{people['O'].person}'")
        sql("UPDATE linli.care_entry SET ended_at = entered_at, ended_because = 'office'"
            " WHERE ended_at IS NULL")
        return {}

    def entry():
        """The owner is on the list, and it is the social worker's turn."""
        nobody()
        return {"entry": people["C"].need("POST", base.format(estate=people.estate), wanted)["id"]}

    change = {"class": "monthly", "steward": people["W"].person, "named": [people["W"].person]}
    return {
        ("listCare", "the-owner's"): Case("GET", base + "?limit=100", make=entry, has="entry"),
        ("getCareEntry", "the-owner's"): Case("GET", one, make=entry),
        ("getOwnCare", "the-owner's"): Case("GET", ESTATE + "me/care-list", make=entry, has="entry"),
        ("listCareTurns", "the-owner's"): Case(
            "GET", ESTATE + "me/care-turns", make=entry, has="entry"),
        ("enterCare", "the-owner"): Case("POST", base, wanted, make=nobody),
        ("changeCareEntry", "the-owner's"): Case("PUT", one, change, make=entry),
        ("endCareEntry", "the-owner's"): Case("DELETE", one, make=entry),
        ("recordCareContact", "the-owner's"): Case(
            "POST", one + "/contacts", {"kind": "met", "outcome": "well"}, make=entry),
        ("listCareClasses", "-"): Case("GET", ESTATE + "care-classes"),
        ("setCareClass", "-"): Case("PUT", ESTATE + "care-classes/weekly", {"days": 7}),
        ("getQuietHours", "-"): Case("GET", ESTATE + "quiet-hours"),
        ("setQuietHours", "-"): Case(
            "PUT", ESTATE + "quiet-hours", {"begins": 1320, "ends": 420}),
        **daily(people),
    }


def daily(people):
    """Who says that the owner is well."""
    own = ESTATE + "me/daily-check"
    wanted = {"minute": 1200, "told": []}

    def nobody():
        """Nobody is asked."""
        sql("DELETE FROM linli.daily_check")
        return {}

    def begun():
        """The owner alone is asked each evening."""
        nobody()
        people["O"].need("PUT", own.format(estate=people.estate), wanted)
        return {}

    return {
        ("getDailyCheck", "the-owner's"): Case("GET", own, make=begun),
        ("setDailyCheck", "-"): Case("PUT", own, wanted, make=nobody),
        ("endDailyCheck", "the-owner's"): Case("DELETE", own, make=begun),
        ("sayWell", "the-owner's"): Case("POST", own + "/well", make=begun),
        ("sayWellFor", "the-owner"): Case(
            "POST", ESTATE + f"people/{people['O'].person}/daily-check/well", make=begun),
    }

"""The signed list for a network outage in ops/tests/matrix: docs/donations/parcel-list.md."""
from matrix_goods import GOODS, Parcels, Room
from matrix_objects import ESTATE, Case


def parcel_list(people):
    """Who fetches the list, enters what went out, and reads what differs."""
    made = Room(people)
    parcels = Parcels(people, made)
    base = GOODS + f"places/{made.room}/parcel-list"

    def waiting():
        ids = parcels.parcel()
        own = people["O"].need("GET", ESTATE.format(estate=people.estate) + "me/parcels?limit=100")
        code = next(p["code"] for p in own["parcels"] if p["id"] == ids["parcel"])
        return {**ids, "code": code}

    def line(ids):
        return {"lines": [{"code": ids["code"], "given_at": "2026-03-02T08:00:00+08:00",
                           "by": people["T"].person}]}

    def different():
        people["C"].need("POST", base.format(estate=people.estate) + "/reconciliation",
                         line({"code": "0000-0000"}))
        return {"code": "0000-0000"}

    return {
        ("getParcelList", "the-owner's"): Case("GET", base, make=waiting),
        ("reconcileParcelList", "the-owner's"): Case(
            "POST", base + "/reconciliation", line, make=waiting),
        ("listParcelListDifferences", "a-line"): Case(
            "GET", base + "/differences?limit=100", make=different, has="code"),
    }

"""Deliveries in ops/tests/matrix: the neighbour brings what waits for the owner. docs/donations/needs.md."""
from matrix_goods import GOODS, Parcels, Room, covered
from matrix_help_visit import now
from matrix_objects import ESTATE, Case
from matrix_people import sql


class Deliveries:
    """A parcel of the owner's household that is to be brought, as far on as a case wants."""

    def __init__(self, people):
        self.people, self.parcels = people, Parcels(people, Room(people))

    def parcel(self):
        """It waits; nothing stands between owner and neighbour, and no old asking is open."""
        sql("DELETE FROM linli.block; DELETE FROM linli.protection;"
            " DELETE FROM linli.help_safety_report; DELETE FROM linli.absence;"
            " UPDATE linli.help_request SET state = 'withdrawn', closed_at = entered_at"
            " WHERE kind = 'delivery' AND state IN ('looking', 'agreed');"
            " DELETE FROM linli.help_visit WHERE kind = 'delivery'")
        covered(self.people)
        return self.parcels.parcel()

    def wanted(self, ids=None):
        """Some hours from now, for an hour."""
        del ids
        rows = sql(f"SELECT to_char(timestamptz '{now()}' + h * interval '1 hour',"
                   " 'YYYY-MM-DD\"T\"HH24:MI:SSOF\":00\"') FROM unnest(ARRAY[2, 3]) AS h")
        return {"begins": rows[0][0], "ends": rows[1][0]}

    def asked(self):
        """The owner has asked that it be brought."""
        ids = self.parcel()
        own = ESTATE.format(estate=self.people.estate) + "me/"
        made = self.people["O"].need("POST", own + f"parcels/{ids['parcel']}/delivery", self.wanted())
        return {**ids, "delivery": made["id"], "request": made["request"]}

    def agreed(self):
        """The neighbour has agreed to bring it, in ten minutes."""
        ids = self.asked()
        helper, owner, at = self.people["N"].person, self.people["O"].person, now()
        visit = sql(
            "INSERT INTO linli.help_visit (estate_id, id, source, source_id, kind, helper_id,"
            f" person_id, begins, ends, planned_at) VALUES ('{self.people.estate}',"
            f" gen_random_uuid(), 'request', '{ids['request']}', 'delivery', '{helper}', '{owner}',"
            f" timestamptz '{at}' + interval '10 minutes', timestamptz '{at}' + interval '40 minutes',"
            f" '{at}') RETURNING id")[0][0]
        sql(f"UPDATE linli.help_request SET state = 'agreed', helper_id = '{helper}',"
            f" visit_id = '{visit}' WHERE id = '{ids['request']}'")
        return ids

    def taken(self):
        """The volunteer has given it to the neighbour."""
        ids = self.agreed()
        self.people["T"].need("POST", GOODS.format(estate=self.people.estate)
                              + f"parcels/{ids['parcel']}/delivery")
        return ids


def deliveries(people):
    """Who asks, gives and brings."""
    made = Deliveries(people)
    return {
        ("askParcelDelivery", "the-owner's"): Case(
            "POST", ESTATE + "me/parcels/{parcel}/delivery", made.wanted, make=made.parcel),
        ("listDeliveries", "the-owner's"): Case(
            "GET", ESTATE + "me/deliveries?limit=100", make=made.asked, has="delivery"),
        ("giveParcelToHelper", "the-owner's"): Case(
            "POST", GOODS + "parcels/{parcel}/delivery", make=made.agreed),
        ("handOverDelivery", "the-owner's"): Case(
            "POST", ESTATE + "me/deliveries/{delivery}/hand-over", lambda ids: {"word": ids["word"]},
            make=made.taken),
    }

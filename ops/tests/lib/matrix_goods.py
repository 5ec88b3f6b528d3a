"""Donated goods in ops/tests/matrix: the cases of docs/donations/goods.md."""
import secrets

from matrix_objects import ESTATE, Case
from matrix_people import sql
from matrix_standing import home

GOODS = ESTATE + "goods/"


class Room:
    """A goods room of the estate with a volunteer on duty, an item, and lots of it."""

    def __init__(self, people):
        self.people = people
        self.base = GOODS.format(estate=people.estate)
        self.room = self.public()
        committee, volunteer = people["C"], people["T"]
        committee.need("POST", self.base + "places", {"place": self.room})
        sql("INSERT INTO linli.role_term (estate_id, id, person_id, role, place_id, begins, ends,"
            f" because) VALUES ('{people.estate}', gen_random_uuid(), '{volunteer.person}',"
            f" 'volunteer', '{self.room}', '2026-01-01Z', '2027-01-01Z', 'volunteered')")
        self.bin = volunteer.need("POST", self.base + f"places/{self.room}/bins",
                                  {"code": "M-1", "name_zh": "一格", "name_en": "One"})["id"]
        self.item = committee.need("POST", self.base + "items", self.wanted())["id"]
        self.kit = committee.need("POST", self.base + "items",
                                  {**self.wanted(), "unit": "set", "scale": 0})["id"]

    def public(self):
        """A fresh public place, where no goods lie."""
        return sql("INSERT INTO linli.place (estate_id, id, kind, code, name_zh, name_en) VALUES"
                   f" ('{self.people.estate}', gen_random_uuid(), 'public', 'M{secrets.token_hex(4)}',"
                   " '物资间', 'Goods room') RETURNING id")[0][0]

    @staticmethod
    def wanted():
        """An item that everybody may bring."""
        return {"name_zh": "大米", "name_en": "Rice", "category": "food", "unit": "kilogram",
                "scale": 3, "is_perishable": True}

    def intake(self, ids=None):
        """What is brought."""
        del ids
        return {"place": self.room, "source": "person", "donor": self.people["O"].person,
                "lines": [{"item": self.item, "quantity": "5", "expires_on": "2026-12-31"}]}

    def lot(self):
        """A fresh lot, some of it held back, and the intake that it came with."""
        volunteer = self.people["T"]
        made = volunteer.need("POST", self.base + "intakes", self.intake())
        lot = made["lots"][0]["id"]
        volunteer.need("POST", self.base + f"lots/{lot}/quarantines",
                       {"place": self.room, "quantity": "2"})
        moved = volunteer.need("GET", self.base + f"lots/{lot}/movements")["movements"]
        return {"lot": lot, "intake": made["id"], "movement": moved[0]["id"]}

    def recall(self):
        """A recall of a lot that the owner's household was handed some of."""
        ids = self.lot()
        sql("SELECT set_config('linli.instant', (extract(epoch FROM timestamptz"
            " '2026-03-02T08:00:00+08:00') * 1000000)::bigint::text, true),"
            " set_config('linli.principal', 'job', true), set_config('linli.job', 'goods-desk', true),"
            f" set_config('linli.estate', '{self.people.estate}', true);"
            " WITH e AS (SELECT linli.append_event(gen_random_uuid(), 'goods.issued', '{estate}', '{}',"
            " '{}') AS id) SELECT (linli.lot_issue(e.id,"
            f" ARRAY['{ids['lot']}']::uuid[], ARRAY['{self.room}']::uuid[], ARRAY[1000],"
            f" '{home(self.people['O'])}', 'test', NULL)).verdict FROM e")
        made = self.people["T"].need("POST", self.base + f"lots/{ids['lot']}/recall",
                                     {"because": "maker", "advice": "bring_back"})
        return {**ids, "recall": made["recall"]["id"], "household": home(self.people["O"])}


def goods(people):
    """The catalogue and the rooms, stock, recalls and boards."""
    made = Room(people)
    return {**catalogue(people, made), **stock(made), **recalls(made), **boards(made),
            **needs(people), **rounds(people, made), **hand_over(people, made)}


def catalogue(people, made):
    """What the committee manages."""
    committee = people["C"]

    def item():
        return {"item": committee.need("POST", made.base + "items", made.wanted())["id"]}

    change = {name: value for name, value in made.wanted().items() if name not in ("unit", "scale")}
    drive = {"title_zh": "募集", "title_en": "Drive", "room": made.room, "items": [],
             "begins": "2026-03-01T00:00:00Z", "ends": "2026-03-09T00:00:00Z"}

    def opened():
        return {"drive": committee.need("POST", made.base + "drives", drive)["id"]}

    one = GOODS + "items/{item}"
    return {
        ("listGoodsItems", "an-item"): Case(
            "GET", GOODS + "items?limit=100", make=lambda: {"item": made.item}, has="item"),
        ("getGoodsItem", "an-item"): Case("GET", one, make=item),
        ("addGoodsItem", "an-item"): Case("POST", GOODS + "items", made.wanted()),
        ("changeGoodsItem", "an-item"): Case("PUT", one, change, make=item, tag=(committee, one)),
        ("listGoodsPlaces", "the-room"): Case(
            "GET", GOODS + "places", make=lambda: {"room": made.room}, has="room"),
        ("openGoodsRoom", "a-public-place"): Case(
            "POST", GOODS + "places", lambda ids: {"place": ids["place"]},
            make=lambda: {"place": made.public()}),
        ("openGoodsBin", "in-the-room"): Case(
            "POST", GOODS + f"places/{made.room}/bins",
            lambda ids: {"code": secrets.token_hex(4), "name_zh": "格", "name_en": "Bin"}),
        ("listGoodsDrives", "a-drive"): Case(
            "GET", GOODS + "drives?limit=100", make=opened, has="drive"),
        ("openGoodsDrive", "a-drive"): Case("POST", GOODS + "drives", drive),
    }


def stock(made):
    """What those on duty do."""
    one = GOODS + "lots/{lot}"
    some = {"place": made.room, "quantity": "1"}

    def act(path, **more):
        return Case("POST", one + path, {**some, **more}, make=made.lot)

    return {
        ("takeInGoods", "at-the-room"): Case("POST", GOODS + "intakes", made.intake),
        ("listGoodsLots", "a-lot"): Case("GET", GOODS + "lots?limit=100", make=made.lot, has="lot"),
        ("getGoodsLot", "a-lot"): Case("GET", one, make=made.lot),
        ("listGoodsMovements", "a-lot"): Case("GET", one + "/movements", make=made.lot),
        ("transferGoods", "a-lot"): act("/transfers", to=made.bin),
        ("quarantineGoods", "a-lot"): act("/quarantines"),
        ("releaseGoods", "a-lot"): act("/releases"),
        ("discardGoods", "a-lot"): act("/discards", because="damaged"),
        ("countGoods", "at-the-room"): Case(
            "POST", GOODS + f"places/{made.room}/stocktakes",
            lambda ids: {"lines": [{"lot": ids["lot"], "counted": "2"}]}, make=made.lot),
        ("packGoods", "at-the-room"): Case(
            "POST", GOODS + "kits",
            lambda ids: {"item": made.kit, "place": made.room, "kits": 1,
                         "parts": [{"lot": ids["lot"], "quantity": "1"}]}, make=made.lot),
        ("reverseGoodsMovement", "an-intake"): Case(
            "POST", GOODS + "movements/{movement}/reversals", {"because": "mistake"},
            make=made.lot),
    }


def recalls(made):
    """Who recalls, who is told, who confirms."""
    one = GOODS + "recalls/{recall}"
    return {
        ("recallGoods", "a-lot"): Case(
            "POST", GOODS + "lots/{lot}/recall", {"because": "maker", "advice": "throw_away"},
            make=made.lot),
        ("listGoodsRecalls", "the-owner-has-some"): Case(
            "GET", GOODS + "recalls?limit=100", make=made.recall, has="recall"),
        ("getGoodsRecall", "the-owner-has-some"): Case("GET", one, make=made.recall),
        ("confirmGoodsRecall", "the-owner-has-some"): Case(
            "POST", one + "/confirmation", {"outcome": "used_up"}, make=made.recall),
        ("knockForGoodsRecall", "the-owner-has-some"): Case(
            "POST", one + "/knocks",
            lambda ids: {"household": ids["household"], "outcome": "told"}, make=made.recall),
    }


def boards(made):
    """What is read of goods."""
    return {
        ("listExpiringGoods", "a-lot"): Case("GET", GOODS + "expiring?limit=100&days=366"),
        ("listGoodsShortages", "-"): Case("GET", GOODS + "shortages"),
        ("downloadGoodsStock", "-"): Case("GET", GOODS + "stock.csv"),
        ("getGoodsLabel", "a-lot"): Case("GET", GOODS + "lots/{lot}/label.svg", make=made.lot),
        ("listOwnGifts", "the-owner's"): Case(
            "GET", ESTATE + "me/gifts?limit=100", make=made.lot, has="intake"),
        ("getGoodsMonth", "-"): Case("GET", GOODS + "month"),
    }


def wanted_need(people):
    """What the owner's household asks for."""
    return {"household": home(people["O"]), "category": "food", "unit": "kilogram",
            "quantity": "1", "until": "2026-12-31"}


def covered(people):
    """The owner's delegate, whatever was ended before, acts for it."""
    pair = f"doer_id = '{people['D'].person}' AND beneficiary_id = '{people['O'].person}'"
    sql(f"DELETE FROM linli.delegation WHERE {pair}")
    sql("INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins, ends,"
        f" because) VALUES ('{people.estate}', gen_random_uuid(), '{people['D'].person}',"
        f" '{people['O'].person}', '{{announcements,activities,needs,help}}', '2026-01-01Z',"
        " '2027-01-01Z', 'mandate')")
    return {}


def fresh_need(people):
    """A need of the owner's household that waits to be confirmed; those before it are over."""
    covered(people)
    sql("UPDATE linli.need SET state = 'withdrawn', closed_at = entered_at WHERE state IN"
        " ('asked', 'confirmed')")
    return {"need": people["O"].need("POST", GOODS.format(estate=people.estate) + "needs",
                                     wanted_need(people))["id"]}


def needs(people):
    """Who asks, confirms and reads."""
    one = GOODS + "needs/{need}"

    def none_open():
        fresh_need(people)
        sql("UPDATE linli.need SET state = 'withdrawn', closed_at = entered_at WHERE state = 'asked'")
        return {}

    def fresh():
        return fresh_need(people)

    return {
        ("enterNeed", "for-the-owner's"): Case(
            "POST", GOODS + "needs", lambda ids: wanted_need(people), make=none_open),
        ("listOwnNeeds", "the-owner's"): Case(
            "GET", ESTATE + "me/needs?limit=100", make=fresh, has="need"),
        ("withdrawNeed", "the-owner's"): Case("DELETE", one, make=fresh),
        ("listNeeds", "the-owner's"): Case("GET", GOODS + "needs?limit=100", make=fresh, has="need"),
        ("decideNeed", "the-owner's"): Case(
            "POST", one + "/decision", {"decision": "confirm"}, make=fresh),
        ("countNeeds", "-"): Case("GET", GOODS + "needs/counts"),
        ("listNeedQuotas", "-"): Case("GET", GOODS + "quotas"),
        ("setNeedQuota", "-"): Case(
            "PUT", GOODS + "quotas/toys", {"days": 180, "per_head": "4"}),
    }


class Parcels:
    """Needs of the owner's household that are confirmed, shared out and set aside."""

    def __init__(self, people, made):
        self.people, self.made = people, made
        people["C"].need("PUT", made.base + "quotas/food", {"days": 30, "per_head": "1000"})

    def confirmed(self):
        """A fresh confirmed need, and a lot to meet it."""
        ids = {**fresh_need(self.people), **self.made.lot()}
        self.people["C"].need("POST", self.made.base + f"needs/{ids['need']}/decision",
                              {"decision": "confirm"})
        return ids

    def wanted(self):
        """What a round is asked for."""
        return {"room": self.made.room, "category": "food", "unit": "kilogram"}

    def round(self):
        """A proposal."""
        ids = self.confirmed()
        proposed = self.people["C"].need("POST", self.made.base + "allocations", self.wanted())
        return {**ids, "round": proposed["round"]["id"]}

    def parcel(self):
        """A parcel that waits, and the word that fetches it."""
        ids = self.round()
        self.people["C"].need("POST", self.made.base + f"allocations/{ids['round']}/acceptance")
        own = ESTATE.format(estate=self.people.estate) + "me/"
        owner = self.people["O"]
        return {**ids, "parcel": owner.need("GET", own + "parcels")["parcels"][0]["id"],
                "word": owner.need("POST", own + "parcel-words", {})["word"]}

    def visit(self):
        """Somebody has come for it, and the volunteer has opened the visit."""
        ids = self.parcel()
        opened = self.people["T"].need("POST", self.made.base + "visits",
                                       {"room": self.made.room, "word": ids["word"]})
        return {**ids, "visit": opened["id"]}

    def handed(self):
        """It was handed over."""
        ids = self.visit()
        self.people["T"].need("POST", self.made.base + f"parcels/{ids['parcel']}/hand-over",
                              {"visit": ids["visit"]})
        return ids


def rounds(people, made):
    """Who proposes, accepts and reads rounds."""
    parcels = Parcels(people, made)
    one = GOODS + "allocations/{round}"
    return {
        ("proposeAllocation", "at-the-room"): Case(
            "POST", GOODS + "allocations", parcels.wanted(), make=parcels.confirmed),
        ("listAllocations", "at-the-room"): Case(
            "GET", GOODS + "allocations?limit=100", make=parcels.round, has="round"),
        ("getAllocation", "at-the-room"): Case("GET", one, make=parcels.round),
        ("acceptAllocation", "at-the-room"): Case(
            "POST", one + "/acceptance", make=parcels.round),
        ("dropAllocation", "at-the-room"): Case("DELETE", one, make=parcels.round),
        ("listOwnAllocations", "the-owner's"): Case(
            "GET", ESTATE + "me/allocations", make=parcels.parcel, has="round"),
    }


def hand_over(people, made):
    """Who fetches and who hands over."""
    parcels = Parcels(people, made)
    one = GOODS + "parcels/{parcel}/hand-over"
    household = home(people["O"])
    return {
        ("listOwnParcels", "the-owner's"): Case(
            "GET", ESTATE + "me/parcels?limit=100", make=parcels.parcel, has="parcel"),
        ("makeParcelWord", "for-the-owner's"): Case(
            "POST", ESTATE + "me/parcel-words", {"household": household},
            make=lambda: covered(people)),
        ("issueParcelCard", "for-the-owner's"): Case(
            "POST", GOODS + f"households/{household}/card"),
        ("openGoodsVisit", "the-owner's-word"): Case(
            "POST", GOODS + "visits", lambda ids: {"room": made.room, "word": ids["word"]},
            make=parcels.parcel),
        ("secondGoodsVisit", "the-volunteer's"): Case(
            "POST", GOODS + "visits/{visit}/second", make=parcels.visit),
        ("issueGoodsAtVisit", "the-volunteer's"): Case(
            "POST", GOODS + "visits/{visit}/issues",
            lambda ids: {"lot": made.lot()["lot"], "place": made.room, "quantity": "1"},
            make=lambda: {**parcels.visit(), **parcels.confirmed()}),
        ("listGoodsParcels", "the-owner's"): Case(
            "GET", GOODS + f"places/{made.room}/parcels?limit=100", make=parcels.parcel,
            has="parcel"),
        ("listGoodsVisits", "the-owner's"): Case(
            "GET", GOODS + f"places/{made.room}/visits?limit=100", make=parcels.visit,
            has="visit"),
        ("handOverParcel", "the-owner's"): Case(
            "POST", one, lambda ids: {"visit": ids["visit"]}, make=parcels.visit),
        ("undoHandOver", "the-owner's"): Case("DELETE", one, make=parcels.handed),
    }

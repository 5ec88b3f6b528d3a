"""Closing, sending between estates and reports of goods in ops/tests/matrix: docs/donations."""
import secrets
import uuid

from matrix_goods import GOODS, Room
from matrix_objects import Case
from matrix_people import sql


def between(people):
    """Who closes rooms, sends to other estates, takes in from them, and reads reports."""
    made = Room(people)
    return {**closing(people, made), **shipments(people, made), **arrivals(people, made),
            **reports()}


def closing(people, made):
    """Rooms are the committee's to close, bins theirs who are on duty."""
    one = GOODS + "places/{place}/closing"

    def room():
        place = made.public()
        people["C"].need("POST", made.base + "places", {"place": place})
        return {"place": place}

    def place():
        body = {"code": secrets.token_hex(4), "name_zh": "格", "name_en": "Bin"}
        return {"place": people["T"].need("POST", made.base + f"places/{made.room}/bins", body)["id"]}

    def closed():
        ids = place()
        people["T"].need("POST", made.base + f"places/{ids['place']}/closing")
        return ids

    return {
        ("closeGoodsPlace", "a-room"): Case("POST", one, make=room),
        ("closeGoodsPlace", "a-bin"): Case("POST", one, make=place),
        ("reopenGoodsPlace", "a-bin"): Case("DELETE", one, make=closed),
    }


def shipments(people, made):
    """What is sent away."""
    other = sql(f"SELECT estate_id FROM linli.estate WHERE estate_id <> '{people.estate}' LIMIT 1")[0][0]
    wanted = {"place": made.room, "estate": other, "quantity": "1"}

    def sent():
        ids = made.lot()
        return {**ids, "shipment": people["T"].need(
            "POST", made.base + f"lots/{ids['lot']}/shipments", wanted)["id"]}

    return {
        ("sendGoods", "a-lot"): Case("POST", GOODS + "lots/{lot}/shipments", wanted, make=made.lot),
        ("listGoodsShipments", "a-shipment"): Case(
            "GET", GOODS + "shipments?limit=100", make=sent, has="shipment"),
        ("undoGoodsShipment", "a-shipment"): Case(
            "DELETE", GOODS + "shipments/{shipment}", make=sent),
    }


def arrivals(people, made):
    """What another estate sent."""
    other = sql(f"SELECT estate_id FROM linli.estate WHERE estate_id <> '{people.estate}' LIMIT 1")[0][0]

    def coming():
        shipment, lot = uuid.uuid4(), uuid.uuid4()
        sql("INSERT INTO linli.goods_arrival (estate_id, id, from_estate, lot_id, code, name_zh,"
            " name_en, category, unit, scale, condition, allergens, is_valuable, quantity, sent_at)"
            f" VALUES ('{people.estate}', '{shipment}', '{other}', '{lot}', '260301-ABCDEF', '大米',"
            " 'Rice', 'food', 'kilogram', 3, 'new', '{}', false, 2000, '2026-03-01Z')")
        return {"shipment": str(shipment)}

    return {
        ("listGoodsArrivals", "an-arrival"): Case(
            "GET", GOODS + "arrivals?limit=100", make=coming, has="shipment"),
        ("receiveGoods", "an-arrival"): Case(
            "POST", GOODS + "arrivals/{shipment}/receipt",
            {"place": made.room, "item": made.item, "counted": "2"}, make=coming),
    }


def reports():
    """Reports by period."""
    return {
        ("getGoodsReport", "-"): Case("GET", GOODS + "report?period=2026-02"),
        ("downloadGoodsReport", "-"): Case("GET", GOODS + "report.csv?period=2026"),
    }

"""Taking goods apart in ops/tests/matrix: docs/donations/goods.md."""
from matrix_goods import GOODS, Room
from matrix_objects import Case


def apart(people):
    """Who opens kits and splits boxes."""
    made = Room(people)
    committee, volunteer = people["C"], people["T"]
    boxes = {**made.wanted(), "unit": "box", "scale": 0}
    box = committee.need("POST", made.base + "items", boxes)["id"]
    can = committee.need("POST", made.base + "items", {**boxes, "unit": "can"})["id"]

    def kit():
        part = made.lot()["lot"]
        return {"lot": volunteer.need("POST", made.base + "kits", {
            "item": made.kit, "place": made.room, "kits": 1,
            "parts": [{"lot": part, "quantity": "1"}]})["id"]}

    def boxed():
        line = {"item": box, "quantity": "5", "expires_on": "2026-12-31"}
        taken = volunteer.need("POST", made.base + "intakes",
                               {"place": made.room, "source": "anonymous", "lines": [line]})
        return {"lot": taken["lots"][0]["id"]}

    return {
        ("openGoodsKits", "a-kit"): Case(
            "POST", GOODS + "lots/{lot}/openings", {"place": made.room, "kits": 1}, make=kit),
        ("splitGoods", "a-box"): Case(
            "POST", GOODS + "lots/{lot}/splits",
            {"place": made.room, "item": can, "boxes": 1, "each": 6}, make=boxed),
    }

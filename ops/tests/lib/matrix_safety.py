"""What is asked for in ops/tests/matrix about blocks, protections and one's own visibility."""
from matrix_objects import ESTATE, Case
from matrix_people import sql


def safety(people):
    """A block is its setter's alone, a protection the social workers'; nobody else knows of either."""
    owner, worker = people["O"], people["W"]
    base = ESTATE.format(estate=people.estate)
    other = people["N"].person
    mother, former = [row[0] for row in sql(
        "SELECT p.id FROM linli.person AS p WHERE p.estate_id = "
        f"'{people.estate}' AND p.import_key IN ('R00700', 'R00730') ORDER BY p.import_key")]
    sql("INSERT INTO linli.proof (estate_id, id, person_id, level, how, proved_at, by_person_id,"
        f" because) VALUES ('{people.estate}', gen_random_uuid(), '{worker.person}', 'in_person',"
        f" 'desk', '2026-02-01Z', '{people['C'].person}', '身份证')")
    wanted = {"person": mother, "from": former, "until": "2027-06-01T00:00:00Z",
              "evidence": {"kind": "protective_order", "reference": "民保令1号"}}

    def block():
        made = owner.need("POST", base + "me/blocks", {"person": other})
        return {"block": made["id"]}

    def protection():
        sql("DELETE FROM linli.protection")
        made = worker.need("POST", base + "protections", wanted)
        return {"protection": made["id"]}

    def nothing():
        sql("DELETE FROM linli.protection")
        return {}

    def link():
        made = owner.need("POST", base + "calendar-links", {"kind": "personal"})
        return {"link": made["id"]}

    one = ESTATE + "protections/{protection}"
    return {
        ("listBlocks", "the-owner's"): Case(
            "GET", ESTATE + "me/blocks", make=block, has="block"),
        ("endBlock", "the-owner's"): Case("DELETE", ESTATE + "me/blocks/{block}", make=block),
        ("setBlock", "of-nobody"): Case(
            "POST", ESTATE + "me/blocks",
            {"person": "019a0000-0000-7000-8000-000000000001"}, keeps=True),
        ("listProtections", "of-a-mother"): Case(
            "GET", ESTATE + "protections", make=protection, has="protection"),
        ("setProtection", "of-a-mother"): Case(
            "POST", ESTATE + "protections", wanted, make=nothing),
        ("extendProtection", "of-a-mother"): Case(
            "POST", one + "/extension", {"until": "2028-06-01T00:00:00Z"}, make=protection),
        ("endProtection", "of-a-mother"): Case("DELETE", one, make=protection),
        ("showVisibility", "the-owner's-link"): Case(
            "GET", ESTATE + "me/visibility", make=link, has="link"),
        ("revokeVisibility", "one's-own"): Case(
            "POST", ESTATE + "me/visibility/revocation", keeps=True),
    }

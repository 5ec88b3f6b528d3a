"""What is asked for in ops/tests/matrix about blocks, protections and one's own visibility."""
from matrix_objects import ESTATE, Case


def safety(people):
    """A block is its setter's alone; whoever else asks is answered as if it were not there."""
    owner = people["O"]
    base = ESTATE.format(estate=people.estate)
    other = people["N"].person

    def block():
        made = owner.need("POST", base + "me/blocks", {"person": other})
        return {"block": made["id"]}

    return {
        ("listBlocks", "the-owner's"): Case(
            "GET", ESTATE + "me/blocks", make=block, has="block"),
        ("endBlock", "the-owner's"): Case("DELETE", ESTATE + "me/blocks/{block}", make=block),
        ("setBlock", "of-nobody"): Case(
            "POST", ESTATE + "me/blocks",
            {"person": "019a0000-0000-7000-8000-000000000001"}, keeps=True),
    }

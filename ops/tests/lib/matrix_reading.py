"""Who reads what, in ops/tests/matrix: the cases of docs/people/reading.md."""
from matrix_objects import Case


def reading(people):
    """Rules of reading."""
    del people
    return {
        ("listAccessRules", "-"): Case("GET", "/api/v1/access-rules"),
    }

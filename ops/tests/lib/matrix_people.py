"""Who asks in ops/tests/matrix: a person of the seed for each role, with a session."""
import http.client
import json
import os
import subprocess
import uuid

PORT = int(os.environ["LINLI_PORT"])
SUPERUSER = os.environ["LINLI_DATABASE_URL"].replace("user=linli ", "user=postgres ")
CLOCK = os.environ["LINLI_CLOCK"]

# The columns of the table.
ROLES = {
    "V": "a visitor",
    "S": "a resident of the other estate",
    "N": "a neighbour on the owner's stair",
    "H": "a member of the owner's household",
    "O": "the owner",
    "D": "the owner's delegate, for the owner",
    "J": "the organiser",
    "L": "the leader of the owner's stair",
    "E": "the leader of another stair",
    "T": "a volunteer",
    "W": "a social worker",
    "C": "a member of the estate's residents' committee",
    "A": "a member of the area's residents' committee",
    "B": "a member of the owners' committee",
    "P": "a property manager",
    "G": "a guard on duty",
    "K": "a grid worker",
    "I": "an installer",
    "R": "a partner organisation",
    "F": "an officer of the subdistrict",
    "X": "an operator of the software",
}


def sql(text):
    """Rows of cells, as a superuser."""
    made = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", SUPERUSER, "-c", text],
        check=True, text=True, stdout=subprocess.PIPE)
    return [line.split("|") for line in made.stdout.splitlines() if line]


class Person:
    """One role's person: its id, its token, and a connection of its own."""

    def __init__(self, role, key=None):
        self.role = role
        self.person = self.estate = self.token = None
        self.on_behalf = None
        if key:
            [(self.person, self.estate)] = sql(
                f"SELECT id, estate_id FROM linli.person WHERE import_key = '{key}'"
                " ORDER BY estate_id LIMIT 1") if "@" not in key else sql(
                "SELECT p.id, p.estate_id FROM linli.person AS p JOIN linli.estate AS e USING"
                f" (estate_id) WHERE p.import_key = '{key.split('@')[0]}' AND e.code ="
                f" '{key.split('@')[1]}'")
            made = subprocess.run(["linli", "session", "--clock", CLOCK, self.person], check=True,
                                  text=True, stdout=subprocess.PIPE)
            self.token = made.stdout.split()[-1]
        self.connection = None

    def ask(self, method, path, body=None, fields=None):
        """Status, fields and content of an answer."""
        sent = {"Content-Type": "application/json", **(fields or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.on_behalf:
            sent["On-Behalf-Of"] = self.on_behalf
        if method != "GET":
            sent["Idempotency-Key"] = uuid.uuid4().hex
        content = None if body is None else json.dumps(body)
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        try:
            self.connection.request(method, path, content, sent)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, OSError):
            self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
            self.connection.request(method, path, content, sent)
            answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        if answer.getheader("Connection", "").lower() == "close":
            self.connection = None
        return answer.status, dict(answer.getheaders()), text

    def need(self, method, path, body=None, fields=None):
        """The content of an answer that must be good."""
        status, _, text = self.ask(method, path, body, fields)
        assert 200 <= status < 300, f"{self.role}: {method} {path}: {status} {text}"
        return json.loads(text) if text else None


class People(dict):
    """A person a role, and the estate that they are asked about."""

    def __init__(self):
        super().__init__()
        self.estate = sql("SELECT estate_id FROM linli.estate WHERE code = 'YYGC'")[0][0]
        owner = "R00565"
        # Its limits are another test's: here one person joins many meetings.
        sql("DELETE FROM linli.reservation_limit")
        self.stair = sql(
            "SELECT p.stair_id FROM linli.person AS o JOIN linli.membership AS m ON m.estate_id ="
            " o.estate_id AND m.person_id = o.id JOIN linli.household AS h ON h.estate_id ="
            " m.estate_id AND h.id = m.household_id JOIN linli.place AS p ON p.estate_id ="
            f" h.estate_id AND p.id = h.residence_id WHERE o.import_key = '{owner}'"
            f" AND o.estate_id = '{self.estate}' LIMIT 1")[0][0]
        spare = iter(self.strangers(12))
        delegate, organiser, leader = next(spare), next(spare), next(spare)
        keys = {
            "S": "R00001@QLY", "N": "R00586@YYGC", "O": f"{owner}@YYGC", "D": delegate,
            "J": organiser, "L": leader, "H": self.household(owner),
        }
        for mark, role in (("E", "stair_leader"), ("T", "volunteer"), ("W", "social_worker"),
                           ("B", "owners_committee"), ("P", "property_manager"),
                           ("G", "duty_guard"), ("C", "residents_committee")):
            keys[mark] = self.holder(role)
        keys["A"] = "R02677@YYGC"
        self.give(leader, "stair_leader", self.stair)
        for mark, role in (("K", "grid_worker"), ("I", "installer"),
                           ("R", "partner_organisation")):
            keys[mark] = next(spare)
            self.give(keys[mark], role)
            self.moves_out(keys[mark])
        for mark, role, node in (("F", "subdistrict_officer", "subdistrict"),
                                 ("X", "software_operator", "city")):
            keys[mark] = f"R0000{'2' if mark == 'F' else '5'}@QLY"
            self.appoint(keys[mark], role, node)
        for role in ROLES:
            self[role] = Person(ROLES[role], keys.get(role))
        self["D"].on_behalf = self["O"].person
        sql("INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope, begins,"
            f" ends, because) VALUES ('{self.estate}', gen_random_uuid(), '{self['D'].person}',"
            f" '{self['O'].person}', '{{announcements,activities,needs,help}}', '2026-01-01Z', '2027-01-01Z',"
            " 'mandate')")

    def strangers(self, count):
        """Grown residents of other stairs who hold no office."""
        return [f"{row[0]}@YYGC" for row in sql(
            "SELECT DISTINCT p.import_key FROM linli.person AS p JOIN linli.account_identifier AS i"
            " ON i.account_id = p.account_id JOIN linli.membership AS m ON m.estate_id ="
            " p.estate_id AND m.person_id = p.id JOIN linli.household AS h ON h.estate_id ="
            " m.estate_id AND h.id = m.household_id JOIN linli.place AS l ON l.estate_id ="
            f" h.estate_id AND l.id = h.residence_id WHERE p.estate_id = '{self.estate}'"
            f" AND l.stair_id <> '{self.stair}' AND m.ends = 'infinity' AND m.role_in_household ="
            " 'head' AND NOT EXISTS (SELECT FROM linli.role_term AS r WHERE r.person_id = p.id AND"
            " r.role NOT IN ('owner', 'tenant', 'resident')) AND NOT EXISTS (SELECT FROM"
            " linli.delegation AS d WHERE p.id IN (d.doer_id, d.beneficiary_id))"
            f" ORDER BY 1 LIMIT {count}")]

    def household(self, owner):
        """Another grown member of the owner's household."""
        return sql(
            "SELECT p.import_key FROM linli.membership AS o JOIN linli.person AS s ON s.estate_id ="
            " o.estate_id AND s.id = o.person_id JOIN linli.membership AS m ON m.estate_id ="
            " o.estate_id AND m.household_id = o.household_id JOIN linli.person AS p ON"
            " p.estate_id = m.estate_id AND p.id = m.person_id WHERE s.import_key ="
            f" '{owner}' AND o.estate_id = '{self.estate}' AND p.id <> s.id AND"
            " m.role_in_household IN ('head', 'spouse') LIMIT 1")[0][0] + "@YYGC"

    def holder(self, role):
        """Who holds a role in the estate, away from the owner's stair."""
        return sql(
            "SELECT p.import_key FROM linli.role_term AS r JOIN linli.person AS p ON p.estate_id ="
            f" r.estate_id AND p.id = r.person_id WHERE r.estate_id = '{self.estate}' AND r.role ="
            f" '{role}' AND r.place_id IS DISTINCT FROM '{self.stair}' AND r.begins < '2026-03-01Z'"
            " AND r.ends > '2026-04-01Z' AND NOT EXISTS (SELECT FROM linli.role_term AS x WHERE"
            " x.estate_id = r.estate_id AND x.person_id = r.person_id AND x.role <> r.role AND"
            " x.role NOT IN ('owner', 'tenant')) AND NOT EXISTS (SELECT FROM linli.delegation AS d"
            " WHERE p.id IN (d.doer_id, d.beneficiary_id)) ORDER BY 1 LIMIT 1")[0][0] + "@YYGC"

    def give(self, key, role, place=None):
        """Gives a person a role in the estate."""
        where = f"'{place}'" if place else "NULL"
        sql("INSERT INTO linli.role_term (estate_id, id, person_id, role, place_id, begins, ends,"
            f" because) SELECT estate_id, gen_random_uuid(), id, '{role}', {where}, '2026-01-01Z',"
            f" '2027-01-01Z', 'appointed' FROM linli.person WHERE estate_id = '{self.estate}' AND"
            f" import_key = '{key.split('@')[0]}'")

    def moves_out(self, key):
        """Ends the person's memberships and what it owns there: what is left is the role alone."""
        sql("UPDATE linli.role_term AS r SET ends = '2026-02-01Z' FROM linli.person AS p WHERE"
            f" p.estate_id = r.estate_id AND p.id = r.person_id AND r.estate_id = '{self.estate}'"
            f" AND p.import_key = '{key.split('@')[0]}' AND r.ends = 'infinity'"
            " AND r.role IN ('owner', 'tenant', 'resident')")
        sql("UPDATE linli.membership AS m SET ends = '2026-02-01Z' FROM linli.person AS p WHERE"
            f" p.estate_id = m.estate_id AND p.id = m.person_id AND m.estate_id = '{self.estate}'"
            f" AND p.import_key = '{key.split('@')[0]}' AND m.ends = 'infinity'")

    def appoint(self, key, role, kind):
        """Gives the account of a person who lives in the other estate a role above both."""
        sql("WITH RECURSIVE above AS (SELECT n.* FROM linli.estate AS e JOIN linli.node AS n ON"
            f" n.id = e.node_id WHERE e.estate_id = '{self.estate}' UNION ALL SELECT n.* FROM above"
            " JOIN linli.node AS n ON n.id = above.parent_id) INSERT INTO linli.account_role_term"
            " (account_id, id, role, node_id, display_name, begins, ends, because) SELECT"
            f" p.account_id, gen_random_uuid(), '{role}', above.id, p.display_name, '2026-01-01Z',"
            " '2027-01-01Z', 'appointed' FROM linli.person AS p, above WHERE p.estate_id <>"
            f" '{self.estate}' AND p.import_key = '{key.split('@')[0]}' AND above.kind = '{kind}'")

"""Help groups in ops/tests/matrix: the neighbour looks after one, the owner is a member. docs/help/groups.md."""
from matrix_help_visit import Visits, now
from matrix_objects import ESTATE, Case
from matrix_people import sql

WORDS = {"name_zh": "早餐互助", "purpose_zh": "一起准备早餐", "kinds": ["company"],
         "joining": "open", "places": 40}
GROUP = ESTATE + "help-groups/{group}"


class Groups:
    """The only group there is, with what a case wants of it."""

    def __init__(self, people):
        self.people = people

    def row(self, table, names, values):
        """A row with a fresh id; the id."""
        return sql(f"INSERT INTO linli.{table} (estate_id, id, {names}) VALUES"
                   f" ('{self.people.estate}', gen_random_uuid(), {values}) RETURNING id")[0][0]

    def group(self, joining="open"):
        """The group of the neighbour, with the owner."""
        Visits(self.people).covered()
        sql("DELETE FROM linli.help_seat; DELETE FROM linli.help_shift; DELETE FROM linli.help_rota;"
            " DELETE FROM linli.help_group_asking; DELETE FROM linli.help_group_member;"
            " DELETE FROM linli.help_group; DELETE FROM linli.block; DELETE FROM linli.protection;"
            " DELETE FROM linli.help_safety_report; DELETE FROM linli.absence;"
            " UPDATE linli.help_visit SET state = 'cancelled', closed_at = planned_at,"
            " because = 'withdrawn' WHERE state = 'planned';"
            " UPDATE linli.help_visit SET state = 'done', checked_out_at = checked_in_at,"
            " closed_at = checked_in_at WHERE state = 'under_way';"
            " UPDATE linli.helper_profile SET monthly_max = 60;"
            " UPDATE linli.safety_match SET ban_id = NULL; DELETE FROM linli.safety_appeal;"
            " DELETE FROM linli.safety_ban;"
            " UPDATE linli.conversation SET closed_at = opened_at WHERE kind = 'group'"
            " AND closed_at IS NULL")
        made = self.row("help_group", "name_zh, purpose_zh, kinds, joining, places, founded_by,"
                        " founded_at", f"'早餐互助', '一起准备早餐', '{{company}}', '{joining}', 40,"
                        f" '{self.people['N'].person}', '2026-03-01Z'")
        for role, is_steward in (("N", True), ("O", False)):
            self.row("help_group_member", "group_id, person_id, is_steward, monthly_max, since",
                     f"'{made}', '{self.people[role].person}', {is_steward}, 31, '2026-03-01Z'")
        return {"group": made, "person": self.people["O"].person}

    def asking(self):
        """The leader of the stair asks to join."""
        ids = self.group("application")
        leader = self.people["L"].person
        return {**ids, "asking": self.row(
            "help_group_asking", "group_id, kind, person_id, made_by, monthly_max, made_at, until",
            f"'{ids['group']}', 'application', '{leader}', '{leader}', 4, '{now()}',"
            f" timestamptz '{now()}' + interval '14 days'")}

    def code(self):
        """A code of the group."""
        ids = self.group("invitation")
        made = self.people["N"].need(
            "POST", GROUP.format(estate=self.people.estate, **ids) + "/codes",
            {"until": now()[:8] + "28T00:00:00Z"})
        return {**ids, "code": made["code"]}

    def known(self):
        """The neighbour and the organiser know each other."""
        ids = self.group("invitation")
        one, other = self.people["N"].person, self.people["J"].person
        sql("DELETE FROM linli.tie WHERE claimer_id IN"
            f" ('{one}', '{other}') AND other_id IN ('{one}', '{other}')")
        self.row("tie", "claimer_id, other_id, kind, claimed_at, confirmed_at, ends",
                 f"'{one}', '{other}', 'friend', '2026-01-01Z', '2026-01-02Z', '2028-01-01Z'")
        return ids

    def rota(self, person=None):
        """A shift of each week; at somebody's home, if it is said whose."""
        ids = self.group()
        where = "kind = 'residence'" if person else "kind = 'building'"
        place = sql(f"SELECT id FROM linli.place WHERE estate_id = '{self.people.estate}' AND {where}"
                    " LIMIT 1")[0][0]
        whose = f"'{person}'" if person else "NULL"
        return {**ids, "place": place, "rota": self.row(
            "help_rota", "group_id, kind, weekday, begins_minute, minutes, seats, place_id,"
            " person_id, made_by, made_at", f"'{ids['group']}', 'company', 2, 540, 60, 3, '{place}',"
            f" {whose}, '{self.people['N'].person}', '2026-03-01Z'".replace(
                ", 3, ", ", 1, " if person else ", 3, "))}

    def home(self):
        """A shift of each week at the owner's."""
        return self.rota(self.people["O"].person)

    def shift(self):
        """A shift that begins in ten minutes."""
        ids = self.rota()
        begins = f"timestamptz '{now()}' + interval '10 minutes'"
        return {**ids, "shift": self.row(
            "help_shift", "rota_id, group_id, begins, ends", f"'{ids['rota']}', '{ids['group']}',"
            f" {begins}, {begins} + interval '1 hour'")}

    def seat(self, state="confirmed"):
        """The owner's seat of it."""
        ids = self.shift()
        begins = f"timestamptz '{now()}' + interval '10 minutes'"
        came = f"'{now()}'" if state == "under_way" else "NULL"
        return {**ids, "seat": self.row(
            "help_seat", "shift_id, group_id, person_id, begins, ends, place_id, origin, state,"
            " made_at, until, offered_at, checked_in_at", f"'{ids['shift']}', '{ids['group']}',"
            f" '{self.people['O'].person}', {begins}, {begins} + interval '1 hour',"
            f" '{ids['place']}', 'round', '{state}', '{now()}', {begins}, '{now()}', {came}")}


def help_groups(people):
    """Groups, who joins them, and their rota."""
    made = Groups(people)
    return {**joining(people, made), **rotas(people, made)}


def joining(people, made):
    """Founding, joining, leaving."""
    member = GROUP + "/members/{person}"
    asking = ESTATE + "help-group-askings/{asking}"
    most = {"monthly_max": 2}

    def unfounded():
        made.group()
        sql("DELETE FROM linli.help_group_member; DELETE FROM linli.help_group")
        return {}

    return {
        ("listHelpGroups", "the-neighbour's"): Case(
            "GET", ESTATE + "help-groups?limit=100", make=made.group, has="group"),
        ("foundHelpGroup", "-"): Case("POST", ESTATE + "help-groups", WORDS, make=unfounded),
        ("readHelpGroup", "the-neighbour's"): Case("GET", GROUP, make=made.group),
        ("changeHelpGroup", "the-neighbour's"): Case(
            "PUT", GROUP, WORDS, make=made.group, fields={"If-Match": '"1"'}),
        ("closeHelpGroup", "the-neighbour's"): Case("DELETE", GROUP, make=made.group),
        ("listHelpGroupMembers", "the-neighbour's"): Case(
            "GET", GROUP + "/members", make=made.group),
        ("setHelpGroupSteward", "the-neighbour's"): Case(
            "PUT", member + "/stewardship", {"is_steward": True}, make=made.group),
        ("joinHelpGroup", "the-neighbour's"): Case(
            "POST", GROUP + "/members", most, make=made.group),
        ("leaveHelpGroup", "the-owner's"): Case("DELETE", member, make=made.group),
        ("setHelpGroupOffer", "the-neighbour's"): Case(
            "PUT", GROUP + "/offer", most, make=made.group),
        ("inviteToHelpGroup", "the-neighbour's"): Case(
            "POST", GROUP + "/invitations", lambda ids: {"person": people["J"].person},
            make=made.known),
        ("makeHelpGroupCode", "the-neighbour's"): Case(
            "POST", GROUP + "/codes", lambda ids: {"until": now()[:8] + "28T00:00:00Z"},
            make=made.group),
        ("enterHelpGroup", "the-neighbour's"): Case(
            "POST", ESTATE + "help-group-entries", lambda ids: {"code": ids["code"], **most},
            make=made.code),
        ("listHelpGroupAskings", "the-leader's"): Case(
            "GET", GROUP + "/askings", make=made.asking),
        ("listOwnHelpGroupAskings", "the-leader's"): Case(
            "GET", ESTATE + "me/help-group-askings", make=made.asking, has="asking"),
        ("answerHelpGroupAsking", "the-leader's"): Case(
            "POST", asking + "/answer", {"answer": "yes"}, make=made.asking),
        ("withdrawHelpGroupAsking", "the-leader's"): Case("DELETE", asking, make=made.asking),
    }


def rotas(people, made):
    """Shifts, and who comes."""
    rota, shift = ESTATE + "help-rotas/{rota}", ESTATE + "help-shifts/{shift}"

    def seat(method, path, body=None, state="confirmed"):
        return Case(method, ESTATE + "help-seats/{seat}" + path, body,
                    make=lambda: made.seat(state))

    return {
        ("listHelpRotas", "the-neighbour's"): Case("GET", GROUP + "/rotas", make=made.rota),
        ("listOwnHelpRotas", "the-owner's"): Case(
            "GET", ESTATE + "me/help-rotas", make=made.home, has="rota"),
        ("addHelpRota", "the-neighbour's"): Case(
            "POST", GROUP + "/rotas",
            lambda ids: {"kind": "company", "weekday": 3, "begins_minute": 540, "minutes": 60,
                         "seats": 2, "place": ids["place"]}, make=made.rota),
        ("endHelpRota", "the-neighbour's"): Case("DELETE", rota, make=made.rota),
        ("answerHelpRota", "the-owner's"): Case(
            "PUT", rota + "/agreement", {"agrees": True}, make=made.home),
        ("listHelpShifts", "the-neighbour's"): Case(
            "GET", GROUP + "/shifts?limit=100", make=made.shift, has="shift"),
        ("listOwnHelpShifts", "the-owner's"): Case(
            "GET", ESTATE + "me/help-shifts?limit=100", make=made.seat, has="seat"),
        ("readHelpShift", "the-owner's"): Case("GET", shift, make=made.seat),
        ("cancelHelpShift", "the-neighbour's"): Case("DELETE", shift, make=made.shift),
        ("takeHelpShift", "the-neighbour's"): Case("POST", shift + "/seats", make=made.shift),
        ("acceptHelpShift", "the-owner's"): seat("POST", "/acceptance", state="proposed"),
        ("declineHelpShift", "the-owner's"): seat("POST", "/refusal", state="proposed"),
        ("releaseHelpShift", "the-owner's"): seat("POST", "/release"),
        ("offerHelpShift", "the-owner's"): seat("PUT", "/swap", {"is_offered": True}),
        ("takeOverHelpShift", "the-owner's"): seat("POST", "/takeover"),
        ("checkInHelpShift", "the-owner's"): seat("POST", "/check-in"),
        ("checkOutHelpShift", "the-owner's"): seat("POST", "/check-out", state="under_way"),
        ("noteHelpShift", "the-owner's"): seat(
            "PUT", "/note", {"note": "钥匙在门卫处"}, state="under_way"),
    }

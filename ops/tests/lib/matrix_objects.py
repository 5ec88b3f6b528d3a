"""What is asked for in ops/tests/matrix: for each operation and kind of object, one case.

A case makes its object through the API as the people do who may, asks as one role, and makes a fresh
one after each ask that changed it.
"""
import datetime
import json
import secrets
import socket
import subprocess
import urllib.parse

from matrix_people import CLOCK, PORT, Person, sql

ESTATE = "/api/v1/estates/{estate}/"


def operations():
    """The names of all operations in the reference."""
    reference = Person("reference").need("GET", "/openapi.json")
    return [operation["operationId"] for path in reference["paths"].values()
            for method, operation in path.items() if isinstance(operation, dict) and
            "operationId" in operation]


def mark(status, text):
    """One character for an answer: matrix.txt says what each means."""
    if status == 101 or 200 <= status < 300:
        return "+"
    if status == 400:
        code = json.loads(text).get("code")
        assert code == "not-for-another", f"a case is wrong: {text}"
        return "?"
    marks = {401: "!", 403: "x", 404: "-", 409: "~", 410: "~", 412: "~", 422: "~"}
    assert status in marks, f"{status} {text}"
    return marks[status]


class Case:
    """One operation on one kind of object."""

    def __init__(self, method, path, body=None, *, make=None, has=None, tag=None, keeps=None,
                 at=None, fields=None):
        self.method, self.path, self.body = method, path, body
        self.make, self.has, self.tag, self.at, self.fields = make, has, tag, at, fields
        # Whether an ask that succeeds leaves the object as it was.
        self.keeps = method == "GET" if keeps is None else keeps
        self.ids = None

    def ask(self, person):
        """How the role is answered."""
        if self.at:
            status, _, text = Person("clock").ask("POST", f"/dev/clock?set={self.at}%2B08:00")
            assert status == 200, text
            self.at = None
        if self.ids is None:
            self.ids = {"estate": CASES["estate"], **(self.make() if self.make else {})}
        fields = dict(self.fields or {})
        if self.tag:
            reader, path = self.tag
            fields["If-Match"] = reader.ask("GET", path.format(**self.ids))[1]["ETag"]
        body = self.body(self.ids) if callable(self.body) else self.body
        status, _, text = person.ask(self.method, self.path.format(**self.ids), body, fields)
        found = mark(status, text)
        if found == "+" and self.has:
            return "+" if self.ids[self.has] in text else "o"
        if found == "+" and not self.keeps:
            self.ids = None
        return found


class LogCase(Case):
    """What is read on by the cursor of each page, until the object is found or the end is."""

    def ask(self, person):
        first = self.path
        try:
            while True:
                found = super().ask(person)
                if found != "o":
                    return found
                page = json.loads(person.ask("GET", self.path.format(**self.ids))[2])
                if not page["has_more"]:
                    return found
                self.path = f"{first}&cursor={urllib.parse.quote(page['cursor'])}"
        finally:
            self.path = first


class HeadCase(Case):
    """An operation whose answer does not end: only its beginning is read."""

    def ask(self, person):
        head = [f"GET {self.path.format(estate=CASES['estate'])} HTTP/1.1", f"Host: 127.0.0.1:{PORT}"]
        head += [f"{name}: {value}" for name, value in (self.fields or {}).items()]
        if person.token:
            head.append(f"Authorization: Bearer {person.token}")
        if person.on_behalf:
            head.append(f"On-Behalf-Of: {person.on_behalf}")
        with socket.create_connection(("127.0.0.1", PORT), timeout=30) as connection:
            connection.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
            text = connection.recv(65536).decode("utf-8", "replace")
            status = int(text.split(" ")[1])
            return mark(status, text[text.index("\r\n\r\n"):] if status == 400 else "")


class SignOutCase(Case):
    """Ends the session that asks: each role has one to lose."""

    def ask(self, person):
        leaving = Person(person.role)
        leaving.on_behalf = person.on_behalf
        if person.token:
            made = subprocess.run(["linli", "session", "--clock", CLOCK, person.person], check=True,
                                  text=True, stdout=subprocess.PIPE)
            leaving.token = made.stdout.split()[-1]
        return super().ask(leaving)


# Holds "estate" for the cases, which are made once the people are there.
CASES = {}


def cases(people, *more):
    """All cases, by operation and object, in the order of the clock."""
    CASES["estate"] = people.estate
    made = {}
    parts = (accounts, announcements, activities, reservations, notices, venues, attendance)
    for part in (*parts, *more):
        made.update(part(people))
    return made


def accounts(people):
    """Signing in, one's account, and what every person of the estate reads."""
    owner = people["O"]
    phone = {"phone": "13900000000"}

    def session():
        made = subprocess.run(["linli", "session", "--clock", CLOCK, owner.person], check=True,
                              text=True, stdout=subprocess.PIPE)
        fresh = Person("the owner's other device")
        fresh.token = made.stdout.split()[-1]
        listed = fresh.need("GET", "/api/v1/me/sessions")["sessions"]
        return {"session": next(s["id"] for s in listed if s["is_current"])}

    nothing = {"request": "019a0000-0000-7000-8000-000000000000", "code": "000000"}
    socket_fields = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                     "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    own = {"owner": owner.person}
    return {
        ("requestSignInCode", "-"): Case("POST", "/api/v1/sign-in/codes", phone),
        ("signIn", "a-guess"): Case("POST", "/api/v1/sign-in/sessions", nothing),
        ("chooseAccount", "a-guess"): Case(
            "POST", "/api/v1/sign-in/choices", {"ticket": "x" * 43, "account": owner.person}),
        ("signOut", "-"): SignOutCase("POST", "/api/v1/sign-out"),
        ("getMe", "the-owner's"): Case("GET", "/api/v1/me", has="owner", make=lambda: own),
        ("listSessions", "the-owner's"): Case(
            "GET", "/api/v1/me/sessions", make=session, has="session"),
        ("endSession", "the-owner's"): Case(
            "DELETE", "/api/v1/me/sessions/{session}", make=session),
        ("listEstates", "-"): Case("GET", "/api/v1/estates"),
        ("listCalendarDays", "-"): Case("GET", "/api/v1/calendar-days?year=2026"),
        ("listPlaces", "-"): Case("GET", ESTATE + "places"),
        ("getHousehold", "the-owner's"): Case(
            "GET", ESTATE + "household", has="owner", make=lambda: own),
        ("listDelegations", "by-the-owner"): Case(
            "GET", ESTATE + "delegations", has="owner", make=lambda: own),
        ("streamEvents", "-"): HeadCase("GET", ESTATE + "events/stream"),
        ("openEventSocket", "-"): HeadCase("GET", ESTATE + "events/socket", fields=socket_fields),
    }


def announcements(people):
    """Announcements of the committee, to the estate and to the owner's stair."""
    committee = people["C"]
    estate = [{"kind": "estate"}]
    stair = [{"kind": "place", "place": people.stair}]

    def text(audience):
        return {"audience": audience, "title_zh": "停水", "body_zh": "明早停水。",
                "ends": "2026-03-09T00:00:00Z"}

    def publish(audience):
        path = ESTATE.format(estate=people.estate) + "announcements"
        return {"announcement": committee.need("POST", path, text(audience))["id"]}

    one = ESTATE + "announcements/{announcement}"
    correction = {key: value for key, value in text([]).items() if key != "audience"}
    made = {}
    for name, audience in (("to-the-estate", estate), ("to-the-stair", stair)):
        def make(audience=audience):
            return publish(audience)
        listed = {"make": make, "has": "announcement"}
        made |= {
            ("listAnnouncements", name): Case("GET", ESTATE + "announcements?limit=100", **listed),
            ("publishAnnouncement", name): Case("POST", ESTATE + "announcements", text(audience)),
            ("getAnnouncement", name): Case("GET", one, make=make),
            ("getInbox", name): Case("GET", ESTATE + "inbox?limit=100", **listed),
            ("getAccountInbox", name): Case("GET", "/api/v1/me/inbox?limit=100", **listed),
            ("listEvents", name): LogCase("GET", ESTATE + "events?limit=100", **listed),
            ("correctAnnouncement", name): Case(
                "PUT", one, correction, make=make, tag=(committee, one)),
            ("countAnnouncementReaders", name): Case("GET", one + "/readers", make=make),
            ("withdrawAnnouncement", name): Case(
                "POST", one + "/withdrawal", {"because": "改期"}, make=make),
            ("receiveAnnouncement", name): Case("PUT", one + "/receipt", make=make, keeps=True),
        }
    return made


def draft(**members):
    """What an activity is drafted with, on Wednesday from ten to half past eleven."""
    return {"audience": [{"kind": "estate"}], "kind": "culture", "title_zh": "包粽子",
            "body_zh": "一起来。", "place_text": "小花园", "starts": "2026-03-04T10:00",
            "ends": "2026-03-04T11:30", "seats": [{"kind": "adult", "total": 100}], **members}


class Gathering:
    """Makes activities and what belongs to them."""

    # Nobody is at two meetings at once: what the owner joins is on a day of its own.
    days = iter(range(2, 300))

    def __init__(self, people):
        self.people = people
        self.base = ESTATE.format(estate=people.estate)

    def draft(self, **members):
        """A draft of the organiser."""
        made = self.people["J"].need("POST", self.base + "activities", draft(**members))
        return {"activity": made["activity"]["id"]}

    def publish(self, audience=None, by="J", **members):
        """A published activity, its meeting, and the organiser."""
        person = self.people[by]
        if audience:
            members["audience"] = audience
        made = person.need("POST", self.base + "activities", draft(**members))
        activity = made["activity"]["id"]
        person.need("POST", self.base + f"activities/{activity}/publication")
        found = person.need("GET", self.base + f"activities/{activity}")
        return {"activity": activity, "occurrence": found["occurrences"][0]["id"]}

    def estate(self):
        """One for the whole estate."""
        return self.publish()

    def stair(self):
        """One for the owner's stair, of its leader."""
        return self.publish([{"kind": "place", "place": self.people.stair}], "L",
                            starts="2026-03-04T14:00", ends="2026-03-04T15:00")

    def helped(self):
        """One that the neighbour looks after, too."""
        made = self.publish()
        self.people["J"].need("POST", self.base + f"activities/{made['activity']}/organisers",
                              {"person": self.people["N"].person})
        return {**made, "person": self.people["N"].person}

    def booked(self, **members):
        """One that the owner has joined."""
        if not members:
            day = datetime.date(2026, 3, 4) + datetime.timedelta(days=next(Gathering.days))
            members = {"starts": f"{day}T10:00", "ends": f"{day}T11:30"}
        made = self.publish(**members)
        joined = self.people["O"].need(
            "POST", self.base + f"occurrences/{made['occurrence']}/reservations", {})
        return {**made, "reservation": joined["id"], "owner": self.people["O"].person}

    def commented(self):
        """One under which the owner has said something."""
        made = self.booked()
        said = self.people["O"].need(
            "POST", self.base + f"activities/{made['activity']}/comments", {"body": "我来帮忙"})
        return {**made, "comment": said["id"]}


def activities(people):
    """Activities of the organiser for the estate, and of the leader for the owner's stair."""
    gathering = Gathering(people)
    organiser = people["J"]
    one, meeting = ESTATE + "activities/{activity}", ESTATE + "occurrences/{occurrence}"
    edit = draft(title_zh="包汤圆")
    made = {
        ("draftActivity", "-"): Case("POST", ESTATE + "activities", draft()),
        ("listOwnActivities", "the-organiser's"): Case(
            "GET", ESTATE + "activities", make=gathering.estate, has="activity"),
        ("getActivity", "a-draft"): Case("GET", one, make=gathering.draft),
        ("publishActivity", "a-draft"): Case("POST", one + "/publication", make=gathering.draft),
    }
    for name, make in (("for-the-estate", gathering.estate), ("for-the-stair", gathering.stair)):
        made |= {
            ("getActivity", name): Case("GET", one, make=make),
            ("getActivityCode", name): Case("GET", one + "/qr.svg", make=make),
            ("listOccurrences", name): Case(
                "GET", ESTATE + "occurrences?limit=100", make=make, has="occurrence"),
            ("getOccurrence", name): Case("GET", meeting, make=make),
            ("joinOccurrence", name): Case(
                "POST", meeting + "/reservations", {}, make=make, keeps=True),
            ("listParticipants", name): Case("GET", meeting + "/participants", make=make),
            ("listComments", name): Case("GET", one + "/comments", make=make),
        }
    for name, make in (("the-organiser's", gathering.estate),):
        made |= {
            ("editActivity", name): Case("PUT", one, edit, make=make, tag=(organiser, one)),
            ("editOccurrence", name): Case(
                "PUT", meeting, {"scope": "one", "place_text": "大厅"}, make=make,
                tag=(organiser, meeting)),
            ("resizeOccurrence", name): Case(
                "PUT", meeting + "/capacity", {"seats": [{"kind": "adult", "total": 90}]},
                make=make, tag=(organiser, meeting)),
            ("cancelOccurrence", name): Case(
                "POST", meeting + "/cancellation", {"because": "下雨"}, make=make),
            ("cancelActivity", name): Case(
                "POST", one + "/cancellation", {"because": "下雨"}, make=make),
            ("addOrganiser", name): Case(
                "POST", one + "/organisers", {"person": people["N"].person}, make=make),
            ("removeOrganiser", name): Case(
                "DELETE", one + "/organisers/{person}", make=gathering.helped),
            ("handOverActivity", name): Case(
                "POST", one + "/successor",
                {"person": people["N"].person, "because": "出差"}, make=gathering.helped),
        }
    return made


def reservations(people):
    """What the owner has booked with the organiser, and said there."""
    gathering = Gathering(people)
    one = ESTATE + "reservations/{reservation}"
    comments = ESTATE + "activities/{activity}/comments"
    booked = gathering.booked
    return {
        ("listReservations", "the-owner's"): Case(
            "GET", ESTATE + "reservations?limit=100", make=booked, has="reservation"),
        ("getReservation", "the-owner's"): Case("GET", one, make=booked),
        ("getAgenda", "the-owner's"): Case(
            "GET", ESTATE + "agenda?limit=100", make=booked, has="reservation"),
        ("acceptOffer", "no-offer"): Case("POST", one + "/acceptance", make=booked),
        ("refuseOffer", "no-offer"): Case("POST", one + "/refusal", make=booked),
        ("cancelReservation", "the-owner's"): Case("POST", one + "/cancellation", {}, make=booked),
        ("listParticipants", "the-owner-comes"): Case(
            "GET", ESTATE + "occurrences/{occurrence}/participants", make=booked, has="owner"),
        ("addComment", "the-owner-comes"): Case(
            "POST", comments, {"body": "几点到？"}, make=booked),
        ("listComments", "the-owner's"): Case("GET", comments, make=gathering.commented, has="comment"),
        ("removeComment", "the-owner's"): Case(
            "DELETE", comments + "/{comment}", make=gathering.commented),
    }


def notices(people):
    """What the owner was told, and its calendar links."""
    gathering = Gathering(people)
    owner = people["O"]
    one = ESTATE + "notices/{notice}"

    def notice():
        made = gathering.booked()
        people["J"].need("POST", f"{gathering.base}occurrences/{made['occurrence']}/cancellation",
                         {"because": "下雨"})
        told = owner.need("GET", gathering.base + "notices?limit=1")["notices"][0]
        return {**made, "notice": told["id"]}

    def link():
        made = owner.need("POST", gathering.base + "calendar-links", {"kind": "personal"})
        return {"link": made["id"], "file": made["url"].rsplit("/", 1)[1]}

    return {
        ("listNotices", "the-owner's"): Case(
            "GET", ESTATE + "notices?limit=100", make=notice, has="notice"),
        ("receiveNotice", "the-owner's"): Case("PUT", one + "/receipt", make=notice, keeps=True),
        ("receiveNotices", "the-owner's"): Case(
            "POST", ESTATE + "notices/receipts", lambda ids: {"until": ids["notice"]}, make=notice,
            keeps=True),
        ("listCalendarLinks", "the-owner's"): Case(
            "GET", ESTATE + "calendar-links", make=link, has="link"),
        ("makeCalendarLink", "personal"): Case(
            "POST", ESTATE + "calendar-links", {"kind": "personal"}),
        ("revokeCalendarLink", "the-owner's"): Case(
            "DELETE", ESTATE + "calendar-links/{link}", make=link),
        ("readCalendar", "the-owner's"): Case("GET", "/calendars/{file}", make=link),
        ("readCalendar", "a-guess"): Case("GET", f"/calendars/{secrets.token_urlsafe(32)}.ics"),
    }


def venues(people):
    """A venue of the estate."""
    place = sql("SELECT v.place_id FROM linli.venue AS v JOIN linli.place AS p USING (estate_id)"
                f" WHERE p.id = v.place_id AND p.code = 'GG05' AND v.estate_id = '{people.estate}'")
    one = ESTATE + f"venues/{place[0][0]}"
    rules = {"setup_minutes": 0, "cleaning_minutes": 10, "lead_minutes": 120, "open_to": ["resident"],
             "hours": [{"weekday": 1, "opens": "08:00", "closes": "21:00"}]}
    return {
        ("listVenues", "-"): Case("GET", ESTATE + "venues"),
        ("getVenue", "-"): Case("GET", one),
        ("changeVenue", "-"): Case("PUT", one, rules, tag=(people["C"], one), keeps=True),
        ("listVenueBookings", "-"): Case("GET", one + "/bookings"),
    }


def attendance(people):
    """What happens at a meeting that the owner has joined, and after it."""
    gathering = Gathering(people)
    meeting = ESTATE + "occurrences/{occurrence}"

    def came(number):
        """Ten minutes on the day of the clock, after ten, which the owner has joined before."""
        begins = datetime.datetime(2026, 3, 2, 10) + number * datetime.timedelta(minutes=20)
        ends = begins + datetime.timedelta(minutes=10)
        return gathering.booked(starts=begins.isoformat("T", "minutes"),
                                ends=ends.isoformat("T", "minutes"))

    ready = iter([came(number) for number in range(18)])

    def claimed():
        made = next(ready)
        claim = people["J"].need(
            "POST", gathering.base + f"occurrences/{made['occurrence']}/no-shows",
            {"reservation": made["reservation"], "person": made["owner"]})
        return {**made, "noShow": claim["id"]}

    def disputed():
        made = claimed()
        people["O"].need("POST", gathering.base + f"no-shows/{made['noShow']}/answer",
                         {"answer": "disputed"})
        return made

    return {
        ("makeAttendanceCode", "the-owner's"): Case(
            "POST", ESTATE + "reservations/{reservation}/codes", {}, make=lambda: next(ready), keeps=True,
            at="2026-03-02T09:58:00"),
        ("noteAttendance", "the-owner's"): Case(
            "POST", meeting + "/attendance",
            lambda ids: {"reservation": ids["reservation"], "person": ids["owner"]},
            make=lambda: next(ready), keeps=True, at="2026-03-02T10:20:00"),
        ("giveFeedback", "the-owner-came"): Case(
            "POST", meeting + "/feedback", {"verdict": "good"}, make=lambda: next(ready), keeps=True,
            at="2026-03-02T16:30:00"),
        ("listFeedback", "the-organiser's"): Case("GET", meeting + "/feedback", make=lambda: next(ready)),
        ("claimNoShow", "the-owner's"): Case(
            "POST", meeting + "/no-shows",
            lambda ids: {"reservation": ids["reservation"], "person": ids["owner"]}, make=lambda: next(ready)),
        ("listNoShows", "the-owner's"): Case(
            "GET", ESTATE + "no-shows?limit=100", make=claimed, has="noShow"),
        ("answerNoShow", "the-owner's"): Case(
            "POST", ESTATE + "no-shows/{noShow}/answer", {"answer": "agreed"}, make=claimed),
        ("decideNoShow", "disputed"): Case(
            "POST", ESTATE + "no-shows/{noShow}/decision", {"decision": "dismissed"},
            make=disputed),
    }

"""Publishes a weekly series in the room, edits one meeting and cancels another; keeps the calendars.

    feeds.py FOLDER       beside a server with the seed (ops/lib/with-server)

Writes personal.ics, estate.ics and venue.ics, read at their links by nobody in particular, and says
what is wrong with them besides what calendar_peer.py finds.
"""
import datetime
import http.client
import json
import os
import pathlib
import subprocess
import sys
import uuid

FOLDER = pathlib.Path(sys.argv[1])
COUNT = 8


def ask(method, path, token=None, body=None, more=None):
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["LINLI_PORT"]), timeout=15)
    fields = {"Content-Type": "application/json", **(more or {})}
    if token:
        fields["Authorization"] = f"Bearer {token}"
    if method != "GET":
        fields["Idempotency-Key"] = uuid.uuid4().hex
    connection.request(method, path, None if body is None else json.dumps(body), fields)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def said(*question, **more):
    status, content = ask(*question, **more)
    if status >= 300:
        sys.exit(f"{question[:2]}: {status} {content.decode()}")
    return json.loads(content) if content else None


def session(person):
    return subprocess.run(["linli", "session", person], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.split()[-1]


def events(path):
    """UID, SEQUENCE, STATUS and DTSTART of each, as far as no line of these is folded."""
    found = []
    for block in path.read_text("utf-8").split("BEGIN:VEVENT")[1:]:
        lines = dict(line.split(":", 1) for line in block.splitlines() if ":" in line)
        found.append((lines["UID"], int(lines["SEQUENCE"]), lines["STATUS"],
                      lines["DTSTART;TZID=Asia/Shanghai"]))
    return found


committee, resident = session("R02677"), session("R00565")
estates = said("GET", "/api/v1/estates")["estates"]
here = f"/api/v1/estates/{next(one['id'] for one in estates if one['code'] == 'YYGC')}"
venue = said("GET", f"{here}/venues", committee)["venues"][0]
day = datetime.date.today() + datetime.timedelta(days=30)
opens = {hours["weekday"]: hours["opens"] for hours in venue["hours"]}
while day.isoweekday() not in opens:
    day += datetime.timedelta(days=1)
begins = datetime.datetime.combine(day, datetime.time.fromisoformat(opens[day.isoweekday()]))
begins += datetime.timedelta(hours=1)


def wall(time):
    return time.isoformat(timespec="minutes")


activity = said("POST", f"{here}/activities", committee, {
    "audience": [{"kind": "estate"}], "kind": "culture",
    "title_zh": "合唱；排练，第\\一期", "body_zh": "请带歌谱。\nEND:VEVENT\n" + "大家一起来。" * 60,
    "place": venue["place"], "bring": "水杯", "starts": wall(begins),
    "ends": wall(begins + datetime.timedelta(minutes=45)),
    "rrule": f"FREQ=WEEKLY;COUNT={COUNT}", "seats": [{"kind": "adult", "total": 1}]})
path = f"{here}/activities/{activity['activity']['id']}"
said("POST", f"{path}/publication", committee)
meetings = said("GET", path, committee)["occurrences"]
said("POST", f"{here}/occurrences/{meetings[0]['id']}/reservations", resident, {})
links = {
    "personal": said("POST", f"{here}/calendar-links", resident, {"kind": "personal"}),
    "estate": said("POST", f"{here}/calendar-links", resident, {"kind": "estate"}),
    "venue": said("POST", f"{here}/calendar-links", resident,
                  {"kind": "venue", "place": venue["place"]}),
}


def address(link):
    return "/" + link["url"].split("/", 3)[3]


def keep():
    for kind, link in links.items():
        status, content = ask("GET", address(link))
        if status != 200:
            sys.exit(f"{kind}: {status} {content.decode()}")
        (FOLDER / f"{kind}.ics").write_bytes(content)
    return {kind: events(FOLDER / f"{kind}.ics") for kind in links}


before = keep()
moved = begins + datetime.timedelta(weeks=1, minutes=30)
said("PUT", f"{here}/occurrences/{meetings[1]['id']}", committee, {
    "scope": "one", "starts": wall(moved), "ends": wall(moved + datetime.timedelta(minutes=45))},
    more={"If-Match": "*"})
said("POST", f"{here}/occurrences/{meetings[2]['id']}/cancellation", committee,
     {"because": "老师有事"})
after = keep()

wrong = []
for name, then in (("personal", 1), ("estate", COUNT), ("venue", COUNT)):
    if len(before[name]) != then:
        wrong.append(f"{name}: {len(before[name])} events instead of {then}")
if [event[0] for event in before["estate"]] != [event[0] for event in after["estate"]]:
    wrong.append("estate: a UID changed, or an event vanished")
if [event[1:3] for event in after["estate"]] != [
        (0, "CONFIRMED"), (1, "CONFIRMED"), (1, "CANCELLED"), *[(0, "CONFIRMED")] * (COUNT - 3)]:
    wrong.append(f"estate: {after['estate']}")
if after["estate"][1][3] != moved.strftime("%Y%m%dT%H%M%S"):
    wrong.append(f"estate: the moved meeting is at {after['estate'][1][3]}")
if len(after["venue"]) != COUNT - 1:
    wrong.append("venue: a use that was given back is still taken")
said("DELETE", f"{here}/calendar-links/{links['estate']['id']}", resident)
if ask("GET", address(links["estate"]))[0] != 404:
    wrong.append("a revoked link opens its calendar")
for line in wrong:
    print(line, file=sys.stderr)
sys.exit(1 if wrong else 0)

#!/usr/bin/env python3
"""Reads iCalendar files with the icalendar and recurring-ical-events packages, as a subscriber would.

    calendar_peer.py FILE…

Prints a line for each event that takes place or is cancelled: start and end with the offset of the
file's own VTIMEZONE, UID, SEQUENCE, STATUS, SUMMARY. Ends with 1 when a file cannot be read, lacks
what a subscriber needs, or means another moment by its VTIMEZONE than tzdata does.
"""
import datetime
import json
import sys
import zoneinfo

import icalendar
import recurring_ical_events


def faults(calendar):
    """What RFC 5545 or 7986 asks for and the file has not."""
    for name in ("PRODID", "VERSION", "REFRESH-INTERVAL"):
        if name not in calendar:
            yield f"no {name}"
    if "METHOD" in calendar:
        yield "a METHOD, as if it were an invitation"
    zones = {str(zone["TZID"]): zone.to_tz() for zone in calendar.walk("VTIMEZONE")}
    seen = set()
    for event in calendar.walk("VEVENT"):
        for name in ("UID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY"):
            if name not in event:
                yield f"an event without {name}"
        for error in event.errors:
            yield f"{error}"
        recurrence = event.get("RECURRENCE-ID")
        key = (str(event["UID"]), recurrence.dt if recurrence else None)
        if key in seen:
            yield f"{key} stands twice"
        seen.add(key)
        if "ORGANIZER" in event or "ATTENDEE" in event:
            yield "an event that names people"
        for name in ("DTSTART", "DTEND"):
            zone = event[name].params.get("TZID")
            wall = event[name].dt.replace(tzinfo=None)
            if zone not in zones:
                yield f"{name} in {zone}, which no VTIMEZONE describes"
                continue
            own = wall.replace(tzinfo=zones[zone]).utcoffset()
            real = wall.replace(tzinfo=zoneinfo.ZoneInfo(zone)).utcoffset()
            if own != real:
                yield f"{wall} is {own} from UTC by the file and {real} by tzdata"


def read(path):
    with open(path, "rb") as file:
        text = file.read()
    for number, line in enumerate(text.split(b"\r\n"), 1):
        if len(line) > 75 or b"\n" in line or b"\r" in line:
            yield f"line {number} is longer than 75 bytes or ends in another way than CRLF"
        line.decode("utf-8")
    calendar = icalendar.Calendar.from_ical(text)
    yield from faults(calendar)
    found = recurring_ical_events.of(calendar).between(
        datetime.datetime(1990, 1, 1), datetime.datetime(2100, 1, 1))
    if len(found) != len(calendar.walk("VEVENT")):
        yield f"{len(calendar.walk('VEVENT'))} events, of which {len(found)} are found by date"
    for event in sorted(found, key=lambda event: event.start):
        print(json.dumps([
            event.start.isoformat(), event.end.isoformat(), str(event["UID"]),
            int(event["SEQUENCE"]), str(event.get("STATUS", "")), str(event["SUMMARY"])],
            ensure_ascii=False))


def main():
    wrong = [f"{path}: {fault}" for path in sys.argv[1:] for fault in read(path)]
    for line in wrong:
        print(line, file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

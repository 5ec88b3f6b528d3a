#!/usr/bin/env python3
"""Lays the series of a file out with python-dateutil, and says where the file has others.

    series_peer.py FILE

A line is a rule, a start and the starts it gives, between tabs.
"""
import sys

from dateutil import parser, rrule

SHOWN_MAX = 5
LENGTH_MAX = 400


def main():
    wrong = count = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            rule, start, found = line.rstrip("\n").split("\t")
            if "UNTIL=" in rule and "T" not in rule.split("UNTIL=")[1].split(";")[0]:
                # A day: until its end.
                rule = ";".join(
                    part + "T235959" if part.startswith("UNTIL=") else part
                    for part in rule.split(";"))
            times = rrule.rrulestr(rule, dtstart=parser.parse(start))
            wanted = " ".join(time.strftime("%Y-%m-%dT%H:%M") for time in times)
            count += 1
            if found != wanted:
                wrong += 1
                if wrong <= SHOWN_MAX:
                    print(f"{rule} from {start} gives\n  {found[:LENGTH_MAX]}\nby dateutil\n"
                          f"  {wanted[:LENGTH_MAX]}", file=sys.stderr)
    print(f"{count} series, {wrong} differ")
    sys.exit(1 if wrong or not count else 0)


if __name__ == "__main__":
    main()

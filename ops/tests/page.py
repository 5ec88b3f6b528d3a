"""The pages as their readers live them in Chromium; ops/tests/page runs it beside a server."""
import contextlib
import pathlib
import sys
import time

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

from page_acting import acting
from page_announcements import announcing, servers
from page_desk import moderated, protected, receiving
from page_family import delegated, family
from page_goods import handing
from page_grouping import grouping
from page_helping import helping
from page_joining import Organiser, joining, refusals, visiting
from page_organising import attending, in_english, organising, reviewed, subscribing
from page_pairing import pairing
from page_people import own_affairs, vouched
from page_rights import corrected, erasing
from page_talking import talking
from pages import Person

# The first begins before anything is announced, the last ones move the clock.
JOURNEYS = (announcing, joining, refusals, organising, reviewed, subscribing, in_english,
            own_affairs, vouched, family, delegated, moderated, receiving, protected, corrected,
            erasing, talking, helping, handing, visiting, attending, grouping, acting, pairing)


def end_servers():
    for server in servers:
        server.terminate()
        server.wait()


def main():
    wanted = sys.argv[1:] or [one.__name__ for one in JOURNEYS]
    people = {
        "lead": Organiser("R00848"), "committee": Organiser("R02677"), "worker": Person("R02680"),
        "family": Person("R00565"), "neighbour": Person("R00586"), "volunteer": Person("R02109"),
    }
    faults, count = [], 0
    with sync_playwright() as playwright, contextlib.ExitStack() as stack:
        stack.callback(end_servers)
        # A browser of a machine that tests has no sandbox when it is root's.
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"])
        stack.callback(browser.close)
        for journey in JOURNEYS:
            if journey.__name__ in wanted:
                begun = time.monotonic()
                readers = journey(browser, people)
                count += len(readers)
                faults += [fault for reader in readers for fault in reader.end()]
                print(f"{journey.__name__}: {time.monotonic() - begun:.1f} s", file=sys.stderr)
    if faults:
        sys.exit("page: " + "\n      ".join(faults))
    print(f"{len(wanted)} journeys of {count} readers", file=sys.stderr)


main()

"""Notices by e-mail over a real server and aiosmtpd; called by ops/tests/mail."""
import email
import email.policy
import json
import pathlib
import re
import socket
import sys
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from aiosmtpd.controller import Controller  # noqa: E402
from installation import RESIDENT, fail, installation, say, wait  # noqa: E402

ADDRESS = "wang.bin+linli@Estate.Example"
# Ten in the morning of the estate: no quiet hour, whenever the test runs.
BEGIN = "2026-03-02T10:00:00+08:00"


class Mailbox:
    """What aiosmtpd took; it puts off as many as it is told to."""

    def __init__(self):
        self.messages, self.put_off = [], 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.put_off:
            self.put_off -= 1
            return "451 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope, email.message_from_bytes(
            envelope.original_content, policy=email.policy.strict)))
        return "250 taken"


def expect(holds, what):
    if not holds:
        fail(what)


def checked(envelope, message):
    """What every message must be; its text."""
    expect(envelope.mail_from == "linli@estate.example", "the envelope's sender")
    expect(envelope.rcpt_tos == ["wang.bin+linli@estate.example"], "the envelope's recipient")
    expect(not message.defects, f"defects: {message.defects}")
    for name in ("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted"):
        expect(len(message.get_all(name, [])) == 1, f"{name} stands once")
    expect(message["Date"].datetime.utcoffset().total_seconds() == 0, "Date has a zone")
    expect(message["From"].addresses[0].display_name == "邻里 Linli", "From names us")
    expect(message.get_content_type() == "text/plain", "plain text")
    # RFC 5322 §2.1.1; an id cannot be folded.
    expect(all(len(line) <= 78 or line.startswith(b"Message-ID: ")
               for line in envelope.original_content.split(b"\r\n")), "long lines")
    expect(b"\n" not in envelope.original_content.replace(b"\r\n", b""), "lines end in CR LF")
    return message.get_content()


class Story:
    """A resident, its server and its mailbox."""

    def __init__(self, house, box):
        self.house, self.box, self.keys = house, box, 0
        self.token = house.linli(
            "session", *house.serving(), "--clock", BEGIN, RESIDENT).splitlines()[-1]
        self.estate, self.person = house.psql(
            f"SELECT estate_id, id FROM linli.person WHERE import_key = '{RESIDENT}'").split("|")

    def ask(self, method, path, body=None, status=204):
        self.keys += 1
        found, _, content = self.house.request(
            method, f"/api/v1/estates/{self.estate}/{path}", self.token, body, f"k{self.keys}")
        expect(found == status, f"{method} {path}: {found} {content}")
        return json.loads(content) if content else None

    def move(self, **how):
        """Sets or moves the clock."""
        query = urllib.parse.urlencode(how)
        expect(self.house.request("POST", f"/dev/clock?{query}")[0] == 200, "the clock moves")

    def tell(self, kind):
        """The resident finds a notice of the server's own moment."""
        self.house.psql(f"""
            INSERT INTO linli.notice (estate_id, person_id, id, kind, subject_kind, subject_id, details,
                at, expires_at)
            VALUES ('{self.estate}', '{self.person}', gen_random_uuid(), '{kind}', 'activity',
                '{self.person}', '{{}}', '2026-03-02T02:00:00Z', '2027-03-02Z')""")

    def next(self, count):
        """The message that makes so many."""
        wait(f"message {count} comes", 30, lambda: len(self.box.messages) >= count)
        expect(len(self.box.messages) == count, "no message comes twice")
        return checked(*self.box.messages[-1])


def story(house, box):
    one = Story(house, box)
    one.ask("PUT", "me/email", {"address": "not an address"}, 400)
    one.ask("PUT", "me/email", {"address": ADDRESS}, 202)
    code = re.search(r"\d{6}", one.next(1)).group()
    wrong = "000000" if code != "000000" else "111111"
    one.ask("POST", "me/email/confirmation", {"code": wrong}, 422)
    one.ask("POST", "me/email/confirmation", {"code": code})
    shown = one.ask("GET", "me/email", status=200)
    expect(shown == {"address": "wang.bin+linli@estate.example"}, f"shown: {shown}")

    box.put_off = 1
    one.tell("reservation.offered")
    wait("it was put off", 30, lambda: box.put_off == 0)
    wait("it waits", 30, lambda: house.psql(
        "SELECT count(*) FROM linli.notice_delivery WHERE state = 'waiting' AND outcome = 'mail_451'")
        == "1")
    one.move(advance=60)
    expect("名额" in one.next(2), "the words of the notice")
    expect(box.messages[-1][1]["Subject"] == "邻里：一条新通知", "its subject")

    for kind in ("comment.added", "comment.removed", "feedback.given"):
        one.tell(kind)
    wait("the digest is made", 30, lambda: house.psql(
        "SELECT sum(cardinality(notices)) FROM linli.notice_delivery WHERE form = 'digest'") == "3")
    one.move(set="2026-03-02T18:00:00+08:00")
    digest = one.next(3)
    # The one that was sent at once is unread, too, but it is not told twice.
    expect("您有 3 条新通知" in digest and digest.count("· ") == 3, f"the digest: {digest}")

    one.ask("DELETE", "me/email")
    one.tell("reservation.offered")
    wait("it is looked at", 30, lambda: house.psql(
        "SELECT count(*) FROM linli.notice WHERE NOT is_planned") == "0")
    expect(len(box.messages) == 3, "a forgotten address gets nothing")
    expect("estate.example" not in house.log.read_text(errors="replace"), "the log holds an address")
    say("aiosmtpd took a code, a notice that it had put off, and a digest")


def main():
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mailer = Controller(box, hostname="127.0.0.1", port=port)
    mailer.start()
    try:
        with installation() as house:
            file = house.folder / "mail.json"
            file.write_text(json.dumps(
                {"server": f"smtp://127.0.0.1:{port}", "from": "linli@estate.example"}))
            house.start("--quiet", "--clock", BEGIN, "--mail-server", str(file))
            story(house, box)
            house.drain()
    finally:
        mailer.stop()


main()

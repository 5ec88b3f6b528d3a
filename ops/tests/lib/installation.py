"""A real server on a real cluster, for the stages of ops/tests that treat it badly.

Needs Python's standard library only. LINLI_BINARY names the built command.
"""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = os.environ.get("LINLI_BINARY", str(ROOT / ".build/debug/linli"))
CLUSTER = str(ROOT / "ops/cluster")
# 1, or 100 when ops/test runs long.
SCALE = int(os.environ.get("LINLI_TEST_SCALE", "1"))
NAME = pathlib.Path(sys.argv[0]).name
# Of seed-data: a member of the residents' committee, who may announce, and a resident.
OFFICER = "R02678"
RESIDENT = "R00565"


def fail(what):
    """Ends the stage."""
    sys.exit(f"{NAME}: {what}")


def say(what):
    """Tells what was found."""
    print(what, file=sys.stderr, flush=True)


def wait(what, seconds, holds):
    """Polls until something holds; how long it took."""
    begun = time.monotonic()
    while True:
        value = holds()
        took = time.monotonic() - begun
        if value:
            return took
        if took > seconds:
            fail(f"{what}: not within {seconds} s")
        time.sleep(0.02)


class Installation:
    """A cluster, a data folder and at most one server."""

    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(mode=0o700)
        self.log = folder / "server.log"
        self.server = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start_cluster()
        self.linli("migrate", "--database", f"{self.address} user=linli_owner dbname=linli")
        self.linli("import", *self.serving(), str(ROOT / "seed-data"))

    def start_cluster(self):
        made = subprocess.run([CLUSTER, "start", str(self.folder / "cluster")],
                              stdout=subprocess.PIPE, check=True, text=True)
        self.address = made.stdout.strip()

    def serving(self):
        return ["--database", f"{self.address} user=linli dbname=linli"]

    def linli(self, verb, *arguments):
        ended = subprocess.run([BINARY, verb, "--data", str(self.data), *arguments],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if ended.returncode != 0:
            fail(f"linli {verb} failed:\n{ended.stdout}")
        return ended.stdout.strip()

    def session(self, person):
        """A session's token, without a code."""
        return self.linli("session", *self.serving(), person).splitlines()[-1]

    def psql(self, sql, role="postgres", **variables):
        """What a statement prints, unaligned; run through a role, by default the superuser."""
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                   "-d", f"{self.address} user={role} dbname=linli"]
        for name, value in variables.items():
            command += ["-v", f"{name}={value}"]
        ended = subprocess.run(command, input=sql, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        if ended.returncode != 0:
            fail(f"psql: {ended.stderr}")
        return ended.stdout.strip()

    def start(self, *options, files=None):
        """Starts the server, which may open so many files; how long until it was ready."""
        options = options or ("--quiet",)
        limited = ["prlimit", f"--nofile={files}:{files}"] if files else []
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(
                [*limited, BINARY, "serve", "--data", str(self.data), "--port", str(self.port), *options,
                 *self.serving()], stdout=log, stderr=log)
        return wait("the server is ready", 30, lambda: self.ready() == 200)

    def ready(self):
        try:
            return self.request("GET", "/readyz")[0]
        except OSError:
            return 0

    def request(self, method, path, token=None, body=None, key=None, source="127.0.0.1"):
        """Status, fields and content of an answer, on a connection of its own."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=15, source_address=(source, 0))
        with contextlib.closing(connection):
            return exchange(connection, method, path, token, body, key)

    def code(self, phone, since):
        """The newest code sent to a phone, from the outbox; those before `since` do not count."""
        with open(self.data / "outbox.jsonl", "rb") as outbox:
            outbox.seek(since)
            for line in outbox:
                if not line.endswith(b"\n"):
                    continue
                message = json.loads(line)
                if message["to"].endswith(phone):
                    return re.search(r"\d{6}", message["text"]).group()
        return None

    def outbox_size(self):
        try:
            return (self.data / "outbox.jsonl").stat().st_size
        except FileNotFoundError:
            return 0

    def resident_kilobytes(self):
        """The server's resident memory now, and the most it ever had."""
        text = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
        return tuple(int(re.search(rf"{name}:\s+(\d+) kB", text).group(1))
                     for name in ("VmRSS", "VmHWM"))

    def open_files(self):
        return len(os.listdir(f"/proc/{self.server.pid}/fd"))

    def doctor(self, *options):
        """Asks for everything; a chain that does not verify ends the stage."""
        report = self.linli("doctor", *options, *self.serving())
        assert "BAD" not in report and "events of" in report, report
        return report

    def drain(self):
        self.server.terminate()
        assert self.server.wait(60) == 0, "SIGTERM does not end it with 0"

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        subprocess.run([CLUSTER, "stop", str(self.folder / "cluster")], check=True)


def exchange(connection, method, path, token=None, body=None, key=None, fields=None):
    """Status, fields (names in lower case) and content of an answer on a connection."""
    fields = dict(fields or {})
    if token:
        fields["Authorization"] = f"Bearer {token}"
    if key:
        fields["Idempotency-Key"] = key
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    if body is not None:
        fields.setdefault("Content-Type", "application/json")
    connection.request(method, path, body, fields)
    answer = connection.getresponse()
    names = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, names, answer.read()


def announcement(title, body="正文", **members):
    """A draft to everyone that lasts for years."""
    return {"audience": [{"kind": "everyone"}], "title_zh": title, "body_zh": body,
            "ends": "2099-01-01T00:00:00Z", **members}


@contextlib.contextmanager
def installation():
    """An installation that ends with the stage; what the server last said is shown on failure."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"linli-{NAME}."))
    folder.chmod(0o711)
    house = None
    try:
        house = Installation(folder)
        yield house
    except BaseException:
        if (folder / "server.log").exists():
            lines = (folder / "server.log").read_text(errors="replace").splitlines()
            say("\n".join(lines[-20:]))
        raise
    finally:
        if house:
            house.stop()
        else:
            subprocess.run([CLUSTER, "stop", str(folder / "cluster")])
        shutil.rmtree(folder)

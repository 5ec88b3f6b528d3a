"""A foreign HTTP server on loopback, for the tests of outgoing calls.

python3 http_peer.py [CERTIFICATE KEY]: prints its port, serves until its standard input ends.
"""

import hashlib
import json
import os
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0]
        if path == "/echo":
            fields = "".join(f"{n.lower()}: {v}\n" for n, v in self.headers.items())
            self.answer(200, f"{self.command}\n{fields}\n".encode() + body, X_Peer="python")
        elif path.startswith("/status/"):
            status = int(path[8:])
            self.answer(status, b"" if status == 204 else b"said so")
        elif path == "/relay":
            self.relay(json.loads(body))
        elif path == "/nonsense":
            self.wfile.write(b"this is not HTTP\r\n")
            self.close_connection = True
        elif path == "/redirect":
            self.answer(302, Location="/echo")
        elif path.startswith("/bytes/"):
            self.answer(200, b"x" * int(path[7:]))
        elif path == "/endless":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while True:
                self.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        elif path == "/slow":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(1000):
                self.wfile.write(b"x")
                time.sleep(0.1)
        elif path == "/heads":
            self.send_response(200)
            for number in range(90):
                self.send_header(f"X-{number}", "y" * 1000)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"not a thousand")
            self.close_connection = True
        elif path == "/digest":
            self.digest(body)
        else:
            self.answer(404)

    def relay(self, asked):
        """A relay of calls; for who calls itself the one end's number is its answer."""
        if self.headers["Authorization"] != "Bearer s3cret" or set(asked) != {"call", "from", "to"}:
            self.answer(400)
            return
        number = asked["to"] if asked["from"] == asked["to"] else "95013" + asked["to"][-4:]
        self.answer(200, json.dumps(
            {"number": number, "until": "2026-03-01T00:30:00Z"}).encode())

    def digest(self, body):
        """RFC 7616 with MD5 and qop=auth, as door stations do it."""
        given = self.headers.get("Authorization") or ""
        if not given.startswith("Digest "):
            challenge = 'Digest realm="door", nonce="n0nce", qop="auth", algorithm=MD5'
            return self.answer(401, WWW_Authenticate=challenge)
        parts = {}
        for part in given[7:].split(","):
            name, _, value = part.strip().partition("=")
            parts[name] = value.strip('"')
        secret = md5("user:door:" + os.environ.get("PEER_PASSWORD", "pass"))
        wanted = md5(":".join([
            secret, parts["nonce"], parts["nc"], parts["cnonce"], parts["qop"],
            md5(f"{self.command}:{parts['uri']}")]))
        if parts["response"] != wanted or parts["uri"] != self.path:
            challenge = 'Digest realm="door", nonce="n0nce", qop="auth", algorithm=MD5'
            return self.answer(401, WWW_Authenticate=challenge)
        self.answer(200, b"open " + body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()

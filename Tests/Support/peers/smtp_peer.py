"""A foreign SMTP server on loopback, for the tests of outgoing mail.

python3 smtp_peer.py: prints its port, then one JSON line for each message it took; serves until
its standard input ends. Recipients at refused.example are refused (550), at later.example (451).
"""

import json
import socketserver
import sys
import threading


class Handler(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        sender, recipients = None, []
        self.say("220 peer.example")
        while line := self.rfile.readline():
            text = line.decode().rstrip("\r\n")
            verb = text[:4].upper()
            if verb in ("EHLO", "HELO"):
                self.say("250-peer.example")
                self.say("250 SIZE 1000000")
            elif verb == "MAIL":
                sender, recipients = text.split(":", 1)[1].split()[0], []
                self.say("250 ok")
            elif verb == "RCPT":
                recipient = text.split(":", 1)[1].split()[0]
                if "refused.example" in recipient:
                    self.say("550 no such box")
                elif "later.example" in recipient:
                    self.say("451 not now")
                else:
                    recipients.append(recipient)
                    self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line[1:] if line.startswith(b".") else line)
                message = {"from": sender, "to": recipients, "text": b"".join(lines).decode()}
                print(json.dumps(message), flush=True)
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("502 unknown")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()

"""A browser's side of Web Push, for ops/tests/web-push: reads what push-samples makes."""
import base64
import json
import os
import subprocess
import sys
import time

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

ENDPOINT = "https://push.example.net:8443/wpush/v2/abc"
MESSAGES = ["a", "您有 5 条新通知，请打开邻里查看。", "x" * 3993]


def plain(text):
    """The bytes of Base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def expect(holds, what):
    if not holds:
        sys.exit(f"web-push: {what}")


def proof(field, key):
    """Checks the field Authorization (RFC 8292); its claims."""
    scheme, _, rest = field.partition(" ")
    values = dict(part.strip().split("=", 1) for part in rest.split(","))
    expect(scheme == "vapid" and values["k"] == key, "the scheme and the key")
    head, claims, signature = values["t"].split(".")
    expect(json.loads(plain(head)) == {"typ": "JWT", "alg": "ES256"}, "the JWT's head")
    numbers = plain(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(key))
    public.verify(utils.encode_dss_signature(int.from_bytes(numbers[:32], "big"),
                                             int.from_bytes(numbers[32:], "big")),
                  f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(plain(claims))


def main():
    browser = ec.generate_private_key(ec.SECP256R1())
    public = browser.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    secret = os.urandom(16)
    spelled = [base64.urlsafe_b64encode(value).decode().rstrip("=") for value in (public, secret)]
    made = subprocess.run([sys.argv[1], ENDPOINT, *spelled, *MESSAGES], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.splitlines()
    expect(len(made) == len(MESSAGES), "a push a message")
    seen = set()
    for line, message in zip(made, MESSAGES):
        push = json.loads(line)
        body = plain(push["body"])
        seen.add(body[:16])
        expect(len(body) <= 4096 and push["Content-Encoding"] == "aes128gcm", "the content's form")
        found = http_ece.decrypt(body, private_key=browser, auth_secret=secret, version="aes128gcm")
        expect(found.decode() == message, "the message")
        claims = proof(push["Authorization"], push["key"])
        expect(claims["aud"] == "https://push.example.net:8443", f"the audience {claims['aud']}")
        expect(0 < claims["exp"] - time.time() <= 24 * 3600, "the proof's end")
        expect(int(push["TTL"]) > 0 and push["Urgency"] == "high", "TTL and urgency")
    expect(len(seen) == len(MESSAGES), "a salt of its own each")
    print(f"web-push: http_ece read {len(made)} pushes, and their proofs hold", file=sys.stderr)


main()

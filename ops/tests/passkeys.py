"""Authenticators in software, of others' making; ops/tests/passkeys runs it beside a server."""
import base64
import json
import os
import subprocess
import urllib.error
import urllib.request

import soft_webauthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2.cose import ES256, RS256, EdDSA

PORT = os.environ["LINLI_PORT"]
SITE = f"http://localhost:{PORT}"
PERSON = "R00565"
keys = 0


def expect(holds, what):
    if not holds:
        raise SystemExit(f"passkeys: NOT so: {what}")


def ask(method, path, body=None, token=None):
    global keys
    keys += 1
    fields = {"Content-Type": "application/json", "Idempotency-Key": f"passkeys-{keys}"}
    if token:
        fields["Authorization"] = f"Bearer {token}"
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SITE + path, content, fields, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(value):
    """An answer of soft-webauthn as `credential.toJSON()` writes it."""
    if isinstance(value, bytes):
        return base64.urlsafe_b64encode(value).decode().rstrip("=")
    if isinstance(value, dict):
        return {name: encoded(one) for name, one in value.items()}
    return value


def answered(credential):
    answer = encoded(credential)
    answer["id"] = answer["rawId"]
    return answer


def verifying(source):
    """The device with a user whom it knows: soft-webauthn says of nobody that it was verified."""
    changed = source.replace("b'\\x41'", "b'\\x45'").replace("b'\\x01'", "b'\\x05'")
    expect(changed.count("b'\\x45'") == 1 and changed.count("b'\\x05'") == 1, "two flags are set")
    module = {}
    exec(compile(changed, "verifying", "exec"), module)  # pylint: disable=exec-used
    return module


class Signer:
    """A key of another kind in the place of the device's own."""

    def __init__(self, key, sign):
        self.key, self.how = key, sign

    def public_key(self):
        return self.key.public_key()

    def sign(self, data, _):
        return self.how(self.key, data)


def device_class(kind):
    with open(soft_webauthn.__file__, encoding="utf-8") as file:
        module = verifying(file.read())
    base = module["SoftWebauthnDevice"]
    if kind is ES256:
        return base
    # The module looks its kind of key up by this name.
    module["ES256"] = kind

    class Device(base):
        def cred_init(self, rp_id, user_handle):
            super().cred_init(rp_id, user_handle)
            if kind is EdDSA:
                self.private_key = Signer(
                    ed25519.Ed25519PrivateKey.generate(), lambda key, data: key.sign(data))
            else:
                self.private_key = Signer(
                    rsa.generate_private_key(65537, 2048),
                    lambda key, data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()))
    return Device


def creation(token):
    status, options = ask("GET", "/api/v1/me/passkey-options?for=add", token=token)
    expect(status == 200, f"options: {status} {options}")
    expect([one["alg"] for one in options["pubKeyCredParams"]] == [-7, -8, -257], "what we take")
    options["challenge"] = decoded(options["challenge"])
    options["user"]["id"] = decoded(options["user"]["id"])
    return {"publicKey": options}


def request():
    _, options = ask("GET", "/api/v1/sign-in/passkey-options")
    options["challenge"] = decoded(options["challenge"])
    return {"publicKey": options}


def add(device, token, origin=SITE):
    made = device.create(creation(token), origin)
    return ask("POST", "/api/v1/me/passkeys", {"credential": answered(made)}, token)


def sign_in(device, origin=SITE, bend=None):
    answer = device.get(request(), origin)
    if bend:
        bend(answer["response"])
    return ask("POST", "/api/v1/sign-in/passkeys", {"credential": answered(answer)})


def flipped(name, place):
    def bend(response):
        changed = bytearray(response[name])
        changed[place] ^= 1
        response[name] = bytes(changed)
    return bend


def whole(kind, token):
    device = device_class(kind)()
    status, made = add(device, token)
    expect(status == 201 and made["is_trusted"], f"{kind.__name__} is added: {status} {made}")
    status, told = sign_in(device)
    expect(status == 201 and told["is_proved"], f"{kind.__name__} signs in: {status} {told}")
    for what, bend in {
            "the signature": flipped("signature", -1), "the flags": flipped("authenticatorData", 32),
            "the counter": flipped("authenticatorData", 36), "the site": flipped("authenticatorData", 0),
            "the client's data": flipped("clientDataJSON", -3)}.items():
        status, told = sign_in(device, bend=bend)
        expect(status in (400, 422), f"{kind.__name__}, {what} changed: {status} {told}")
    expect(sign_in(device, "https://evil.example")[0] == 422, "another origin is refused")
    expect(sign_in(device)[0] == 201, f"{kind.__name__} goes on")


def main():
    token = subprocess.run(["linli", "session", PERSON], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()[-1]
    plain = soft_webauthn.SoftWebauthnDevice()
    status, told = add(plain, token)
    expect(status == 422 and told["code"] == "passkey-not-good", "a user who was not verified")
    for kind in (ES256, EdDSA, RS256):
        whole(kind, token)
    print("passkeys: soft-webauthn, and Ed25519 and RSA keys, are taken; 18 bent answers are refused")


main()

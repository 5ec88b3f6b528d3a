"""Passkeys in Chromium, with its virtual authenticator; ops/tests/passkeys runs it beside a server."""
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

from pages import PHONE, PORT

# A relying party has a name: an address is none.
SITE = f"http://localhost:{PORT}"
RESIDENT = "15400000442"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}


def newest_code(since):
    outbox = pathlib.Path(os.environ["LINLI_DATA"]) / "outbox.jsonl"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        lines = outbox.read_text().splitlines() if outbox.exists() else []
        for line in lines[since:]:
            if RESIDENT in line:
                return re.search(r"\d{6}", json.loads(line)["text"]).group()
        time.sleep(0.02)
    raise SystemExit("page-passkeys: no code came")


def sign_in_by_phone(page):
    page.goto(f"{SITE}/activities.html#/sign-in")
    page.get_by_label("手机号").fill(RESIDENT)
    page.get_by_role("button", name="发送验证码").click()
    page.get_by_label("短信里的六位验证码").fill(newest_code(0))
    page.get_by_role("button", name="登录", exact=True).click()


def state(page):
    return page.evaluate("fetch('/api/v1/me/proof').then((answer) => answer.json())")


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(viewport=PHONE, locale="zh-CN")
        page = context.new_page()
        page.set_default_timeout(20_000)
        faults = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        authenticator = made["authenticatorId"]

        sign_in_by_phone(page)
        expect(page.get_by_role("heading", name="下次不用等短信")).to_be_visible()
        page.get_by_role("button", name="添加通行密钥").click()
        expect(page.locator("#status")).to_have_text("已添加通行密钥。")
        kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
        assert len(kept["credentials"]) == 1 and kept["credentials"][0]["rpId"] == "localhost"
        assert state(page)["is_proved"] is False, "a passkey of a session without a proof"

        # The desk gives a code on paper: the session is proved, and with it the passkey.
        desk = subprocess.run(["linli", "session", "R02677"], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.split()[-1]
        me = page.evaluate("fetch('/api/v1/me').then((answer) => answer.json())")
        own = next(one for one in me["estates"] if one["person"])
        request = urllib.request.Request(
            f"{SITE}/api/v1/estates/{own['id']}/people/{own['person']}/device-codes", b"{}",
            {"Authorization": f"Bearer {desk}", "Content-Type": "application/json",
             "Idempotency-Key": "page-passkeys"}, method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            code = json.load(answer)["code"]
        page.goto(f"{SITE}/activities.html#/proof")
        page.get_by_label("纸质设备码").fill(code)
        page.get_by_role("button", name="提交").click()
        expect(page.locator("#status")).to_have_text("已验证。")
        assert state(page)["proved_by"] == "paper_code"

        # Signed out, the passkey alone signs in, and proves.
        page.evaluate("fetch('/api/v1/sign-out', { method: 'POST' })")
        page.evaluate("localStorage.removeItem('session')")
        page.goto(f"{SITE}/activities.html#/sign-in")
        page.reload()
        page.get_by_role("button", name="用通行密钥登录").click()
        expect(page.get_by_role("heading", name="登录")).not_to_be_visible()
        assert state(page)["proved_by"] == "passkey"
        page.goto(f"{SITE}/activities.html#/proof")
        page.get_by_role("button", name="用通行密钥").click()
        expect(page.locator("#status")).to_have_text("已验证。")

        # Somebody whom the authenticator does not know is told, and gets nowhere.
        devtools.send("WebAuthn.setUserVerified",
                      {"authenticatorId": authenticator, "isUserVerified": False})
        page.evaluate("fetch('/api/v1/sign-out', { method: 'POST' })")
        page.evaluate("localStorage.removeItem('session')")
        page.goto(f"{SITE}/activities.html#/sign-in")
        page.reload()
        page.get_by_role("button", name="用通行密钥登录").click()
        expect(page.locator("[data-problem=passkey]")).to_contain_text("没有完成")
        assert not faults, faults
        browser.close()
    print("passkeys: Chromium adds one, is proved by paper, and signs in and proves by it")


main()

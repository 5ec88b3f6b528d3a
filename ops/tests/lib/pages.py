"""What the page tests share: people who use the API, and readers who use a browser."""
import json
import os
import secrets
import subprocess
import urllib.error
import urllib.request

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PORT = os.environ["LINLI_PORT"]
SITE = f"http://127.0.0.1:{PORT}"
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 360, "height": 740}
SMALL = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
SCREENSHOTS = os.environ.get("LINLI_SCREENSHOTS")
TEXT_PIXELS_MIN = 18
TARGET_PIXELS_MIN = 44
# 工信部《移动互联网应用（APP）适老化通用设计规范》: what is pressed in the seniors' view.
SENIORS_TARGET_PIXELS_MIN = 60

# What a page looks like: room, sizes of text and of what is pressed.
MEASURE = """([text, target]) => {
    const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1
        && e.getBoundingClientRect().right > 0;
    const name = (e) => `${e.tagName.toLowerCase()} “${e.textContent.trim().slice(0, 20)}”`;
    const faults = [];
    if (document.documentElement.scrollWidth > innerWidth) faults.push("scrolls sideways");
    for (const e of document.querySelectorAll("body *")) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if (own && seen(e) && parseFloat(getComputedStyle(e).fontSize) < text)
            faults.push(`small text: ${name(e)}`);
        // A link within a sentence is as high as its line (WCAG 2.5.8).
        const inline = e.tagName === "A" && getComputedStyle(e).display === "inline";
        // A box is pressed by its label, too.
        const own_label = e.matches("input") && e.closest("label");
        const pressed = e.matches("a, button, select, summary, input, textarea, label:has(input)");
        if (pressed && seen(e) && !inline && !own_label) {
            const box = e.getBoundingClientRect();
            if (Math.min(box.width, box.height) < target - 0.01)
                faults.push(`small: ${name(e)} ${box.width}x${box.height}`);
        }
    }
    return faults;
}"""

AXE = Axe().axe_script
JUDGE = """async () => {
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.map(({ impact, help, nodes }) => `${impact}: ${help}: ${
        nodes.slice(0, 3).map((node) => String(node.target)).join("; ")}`);
}"""


class Person:
    """What somebody does through the API."""

    def __init__(self, number, code="YYGC"):
        self.keys = 0
        self.run = secrets.token_hex(4)
        self.token = subprocess.run(["linli", "session", number], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout.split()[-1]
        estates = self.ask("GET", "/api/v1/estates")["estates"]
        self.estate = next(one["id"] for one in estates if one["code"] == code)
        self.estates = estates
        own = self.ask("GET", "/api/v1/me")["estates"]
        self.person = next(one["person"] for one in own if one["id"] == self.estate)

    def ask(self, method, path, body=None, fields=None):
        self.keys += 1
        fields = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
                  "Idempotency-Key": f"page-{self.run}-{self.keys}", **(fields or {})}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(SITE + path, content, fields, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def here(self, path):
        return f"/api/v1/estates/{self.estate}{path}"


class Reader:
    """One page in a browser, whose mistakes and foreign requests are findings."""

    def __init__(self, browser, size, locale, name, person=None, zone="America/New_York"):
        self.name = name
        # The browser's zone is not the estate's: what is shown must not depend on it.
        self.context = browser.new_context(viewport=size, locale=locale, timezone_id=zone)
        if person:
            self.context.add_cookies([{"name": "linli", "value": person.token, "url": SITE,
                                       "httpOnly": True, "sameSite": "Lax"}])
            self.context.add_init_script("localStorage.setItem('session', 'yes')")
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.faults = []
        self.may_lose = False
        self.target = TARGET_PIXELS_MIN
        self.page.on("pageerror", lambda error: self.faults.append(f"{name}: {error}"))
        self.page.on("console", self.hear)
        self.page.on("request", self.see)

    def hear(self, message):
        # A refusal that the page tells is told by the console as well.
        refused = "Failed to load resource" in message.text and " 4" in message.text
        if message.type == "error" and not self.may_lose and not refused:
            self.faults.append(f"{self.name}: {message.text}")

    def see(self, request):
        if not request.url.startswith(SITE):
            self.faults.append(f"{self.name}: asks another site: {request.url}")

    def open(self, path="/"):
        self.page.goto(SITE + path)
        if path == "/" or path.startswith("/activities.html"):
            self.is_live()

    def is_live(self):
        expect(self.page.locator("#live")).to_have_attribute("data-state", "live", timeout=20_000)

    def seniors(self):
        """Chooses the seniors' view, and is measured by its rules from then on."""
        self.page.locator("#view").click()
        expect(self.page.locator("html")).to_have_attribute("data-view", "seniors")
        self.target = SENIORS_TARGET_PIXELS_MIN

    def usual(self):
        """Goes back to the usual view."""
        self.page.locator("#view").click()
        self.target = TARGET_PIXELS_MIN

    def button(self, text, within="#page", exact=False):
        return self.page.locator(within).get_by_role("button", name=text, exact=exact)

    def press(self, text, within="#page", exact=False):
        self.button(text, within, exact).click()

    def follow(self, text, within="#page"):
        self.page.locator(within).get_by_role("link", name=text).first.click()

    def told(self, text):
        expect(self.page.locator("#status")).to_contain_text(text)

    def title(self, text):
        return self.page.locator("#announcements h3", has_text=text)

    def picture(self, state):
        if SCREENSHOTS:
            self.page.screenshot(
                path=f"{SCREENSHOTS}/{self.name}-{state}.png", full_page=True)

    def measure(self, state):
        """Room and sizes, in the state that the page is in."""
        self.picture(state)
        found = self.page.evaluate(MEASURE, [TEXT_PIXELS_MIN, self.target])
        self.faults += [f"{self.name} {state}: {fault}" for fault in found]

    def judge(self, state):
        """Room, sizes and what axe finds, in the state that the page is in."""
        self.measure(state)
        # A page has it until another one is loaded.
        if self.page.evaluate("typeof axe === 'undefined'"):
            self.page.evaluate(AXE)
        self.faults += [f"{self.name} {state}: axe {fault}" for fault in self.page.evaluate(JUDGE)]

    def end(self):
        self.context.close()
        return self.faults

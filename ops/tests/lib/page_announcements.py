"""What is announced, on the pages as a reader meets them: it appears by itself, live."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.request

from playwright.sync_api import expect

from pages import DESK, PHONE, PORT, SITE, Person, Reader

ROOT = pathlib.Path(__file__).resolve().parents[3]

# The server that follows the one that a journey ended; whoever runs the journeys ends it.
servers = []


class Committee(Person):
    """What a committee member does through the API."""

    def __init__(self):
        super().__init__("R02677")
        self.other = next(one["id"] for one in self.estates if one["code"] == "QLY")
        self.stair = self.ask("GET", self.here("/places?kind=stair"))["places"][0]["id"]

    def path(self, announcement=""):
        return self.here(f"/announcements{announcement}")

    def publish(self, zh, en=None, to=None, **more):
        english = {"title_en": en[0], "body_en": en[1]} if en else {}
        return self.ask("POST", self.path(), {
            "audience": [to or {"kind": "everyone"}], "title_zh": zh[0], "body_zh": zh[1],
            "ends": "2099-01-01T00:00:00Z", **english, **more})["id"]


def live(browser, committee):
    """What happens while two pages are open; how long an announcement took to appear."""
    phone = Reader(browser, PHONE, "zh-CN", "phone")
    desk = Reader(browser, DESK, "en-GB", "desk")
    readers = [phone, desk]
    for reader in readers:
        reader.open()
    expect(phone.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(phone.page.locator("h1")).to_have_text("音乐广场小区")
    expect(phone.page.locator("#status")).to_contain_text("没有公开的公告")
    expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    for reader in readers:
        reader.judge("empty")

    committee.publish(("三号楼停水", "只给三号楼的住户。"), to={"kind": "place", "place": committee.stair})
    committee.publish(("业主大会", "只给本小区的住户。"), to={"kind": "estate"})
    begun = time.monotonic()
    first = committee.publish(
        ("周六上午社区义诊", "请带好医保卡。\n地点：小区活动室。"),
        ("Free health check on Saturday morning", "Bring your insurance card.\nActivity room."))
    expect(phone.title("周六上午社区义诊")).to_be_visible()
    took = time.monotonic() - begun
    expect(desk.title("Free health check")).to_be_visible()
    committee.publish(("小区消防演练", "九点开始，请不要惊慌。" + "请邻里互相转告。" * 20), is_pinned=True)
    for reader in readers:
        expect(reader.page.locator("#announcements > li")).to_have_count(2)
        expect(reader.page.locator("#announcements > li").first).to_contain_text("小区消防演练")
        assert "停水" not in reader.page.content() and "业主大会" not in reader.page.content()
        reader.judge("two")

    phone.seniors()
    phone.judge("seniors")
    phone.usual()
    for reader in readers:
        reader.page.locator("#language").click()
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    expect(phone.title("Free health check")).to_be_visible()
    expect(desk.page.locator("h1")).to_have_text("音乐广场小区")
    for reader in readers:
        reader.judge("other-language")

    committee.ask("PUT", committee.path(f"/{first}"), {
        "title_zh": "义诊改到周日", "body_zh": "请带好医保卡。", "ends": "2099-01-01T00:00:00Z"},
        {"If-Match": "*"})
    for reader in readers:
        expect(reader.title("义诊改到周日")).to_be_visible()
    expect(desk.page.locator("#announcements")).to_contain_text("已更正")
    committee.ask("POST", committee.path(f"/{first}/withdrawal"), {"because": "取消"})
    for reader in readers:
        expect(reader.page.locator("#announcements > li")).to_have_count(1)

    desk.page.locator("#estate").select_option(committee.other)
    expect(desk.page.locator("#status")).to_contain_text("没有公开的公告")
    desk.is_live()
    return took, phone, desk


def away(phone, desk):
    """The server ends and comes back, and a page is opened while it is away."""
    for reader in (phone, desk):
        reader.may_lose = True
    os.kill(int(os.environ["LINLI_SERVER"]), signal.SIGTERM)
    expect(phone.page.locator("#live")).to_have_attribute("data-state", "away", timeout=20_000)
    phone.page.locator("#language").click()
    phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.page.locator("#trouble")).to_be_visible(timeout=20_000)
    expect(phone.page.locator("#trouble-text")).to_contain_text("连接不上服务器")
    expect(phone.title("小区消防演练")).to_be_visible()
    phone.judge("away")
    servers.append(subprocess.Popen(
        ["linli", "serve", "--port", PORT, "--web", str(ROOT / "web"), "--quiet", "--clock", "now"],
        stdout=subprocess.DEVNULL))
    phone.is_live()
    expect(phone.page.locator("#trouble")).to_be_hidden()


def begins_badly(browser):
    """A page that cannot be told anything says so, and asks again when it is told to."""
    reader = Reader(browser, PHONE, "zh-CN", "cut-off")
    reader.may_lose = True
    reader.page.route("**/api/**", lambda route: route.abort())
    reader.page.goto(SITE)
    expect(reader.page.locator("#trouble")).to_be_visible()
    reader.judge("cut-off")
    reader.page.unroute("**/api/**")
    reader.page.locator("#again").click()
    reader.is_live()
    expect(reader.title("小区消防演练")).to_be_visible()
    return reader


def slowly(browser):
    """Over a bad line the page says that it is reading, and gets there."""
    reader = Reader(browser, PHONE, "zh-CN", "slow")
    line = reader.context.new_cdp_session(reader.page)
    line.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 800, "downloadThroughput": 6_000, "uploadThroughput": 3_000})
    reader.page.goto(SITE)
    expect(reader.page.locator("#status")).to_have_text("正在读取…")
    reader.picture("reading")
    expect(reader.title("小区消防演练")).to_be_visible(timeout=20_000)
    # It stands open while the server goes away and comes back.
    reader.may_lose = True
    return reader


def reference(browser):
    """The reference shows every operation of the document, and where its words lead."""
    with urllib.request.urlopen(SITE + "/openapi.json", timeout=10) as answer:
        document = json.load(answer)
    count = sum(len(item) for item in document["paths"].values())
    readers = []
    for size, locale, name, heading in (
            (PHONE, "zh-CN", "reference-phone", "接口说明"),
            (DESK, "en-GB", "reference-desk", "API reference")):
        reader = Reader(browser, size, locale, name)
        reader.open("/reference.html")
        expect(reader.page.locator("h1")).to_have_text(heading)
        expect(reader.page.locator("details")).to_have_count(count)
        text = reader.page.locator("main").inner_text()
        half = {"zh": "发布公告", "en": "Publish"}["zh" if locale == "zh-CN" else "en"]
        assert half in text and " / Publish" not in text, text[:500]
        reader.measure("closed")
        reader.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = 1")
        reader.measure("open")
        lost = reader.page.evaluate("""(names) => names.filter((name) =>
            document.querySelectorAll(`[id='shape-${name}']`).length !== 1)""",
                                    list(document["components"]["schemas"]))
        assert not lost, lost
        reader.page.locator("#language").click()
        expect(reader.page.locator("h1")).not_to_have_text(heading)
        expect(reader.page.locator("details[open]")).to_have_count(count)
        problem = reader.page.locator("a[href='/problems/not-found']").first.get_attribute("href")
        # Hundreds of one kind, at which axe would look for a minute: it gets the first of each.
        reader.page.evaluate("""for (const kind of ["main .operation", ".shapes > section"])
            for (const one of [...document.querySelectorAll(kind)].slice(10)) one.remove()""")
        reader.judge("some")
        reader.open(problem)
        expect(reader.page.locator("h1")).to_be_visible()
        reader.judge("problem")
        readers.append(reader)
    return readers


def announcing(browser, people):
    """All of it, with a server that goes away and comes back."""
    del people
    took, phone, desk = live(browser, Committee())
    readers = [begins_badly(browser), slowly(browser), *reference(browser), phone, desk]
    away(phone, desk)
    print(f"an announcement appeared after {took * 1000:.0f} ms", file=sys.stderr)
    return readers

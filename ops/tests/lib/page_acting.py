"""Acting for another on the pages of help: what a mandate covers, what it does not, and who is told."""
import datetime

from playwright.sync_api import expect

from page_help_office import go, shown
from page_organising import advance, server_time
from page_pairing import proved
from page_people import tour, unfold
from pages import DESK, NARROW, PHONE, Person, Reader

# A delegation begins two days after a social worker recorded it.
WAIT_SECONDS = 49 * 3600
ACTING_PAGES = ("help", "help-ask", "help-ask/shopping", "help-requests", "helping", "visits", "well",
                "pairings", "help-groups", "help-shifts")


def mandated(people, elder, doer):
    """A social worker records that somebody may ask for help for an elder, and it has begun."""
    worker = people["worker"]
    proved(people["committee"], doer)
    worker.ask("POST", worker.here("/delegations"), {
        "doer": doer.person, "beneficiary": elder.person, "scope": ["help"], "days": 300,
        "evidence": "本人在场，说请他代办。"})
    advance(WAIT_SECONDS)


def acting(browser, people):
    """A delegate chooses for whom, asks, answers and withdraws; each page says for whom it is."""
    elder, doer, lacking = Person("R00713"), people["volunteer"], Person("R01566")
    mandated(people, elder, doer)
    barred = refused(browser, lacking)
    # Whoever was signed in two days ago signs in anew.
    phone = Reader(browser, PHONE, "zh-CN", "acting", Person("R02109"))
    choosing(phone)
    request = asking(phone, elder)
    beyond(phone)
    paired(browser, people, phone, elder)
    visit = visited(people, phone, request)
    phone.seniors()
    tour(phone, (*ACTING_PAGES, f"help-request/{request}", f"visit/{visit}"))
    back_again(phone)
    english = Reader(browser, DESK, "en-GB", "acting-en", Person("R02109"))
    english.open("/activities.html#/help")
    english.page.get_by_label("For whom").select_option(index=1)
    shown(english, "What would you like to do")
    expect(english.page.locator("#banner")).to_contain_text("You act for")
    tour(english, (*ACTING_PAGES, f"help-request/{request}"))
    return [phone, english, barred]


def refused(browser, lacking):
    """A mandate for activities alone: it is told in words, where it was chosen."""
    reader = Reader(browser, NARROW, "zh-CN", "lacking", lacking)
    reader.open("/activities.html#/help-ask")
    reader.page.get_by_label("为谁办").select_option(label="刘国华")
    expect(reader.page.locator("[data-problem=whose]")).to_contain_text("您的委托不包括这件事")
    expect(reader.page.get_by_label("为谁办")).to_have_value("")
    reader.judge("lacking")
    return reader


def choosing(phone):
    """For whom is chosen once, and stands on every page until it is chosen otherwise."""
    page = phone.page
    phone.open("/activities.html#/help")
    page.get_by_label("为谁办").select_option(label="施林妹")
    expect(page.locator("#banner")).to_contain_text("您正在为施林妹办理")
    shown(phone, "我要帮忙")
    expect(page.locator("#page")).not_to_contain_text("我能帮")
    phone.judge("chosen")
    page.reload()
    expect(page.locator("#banner")).to_contain_text("您正在为")
    go(phone, "me")
    expect(page.locator("#banner")).to_contain_text("这一页是您自己的")
    phone.judge("own-page")


def asking(phone, elder):
    """What is asked is hers: her page says so, and the delegate finds it while it acts for her."""
    page = phone.page
    go(phone, "help")
    phone.follow("我要帮忙")
    expect(page.locator("#page")).not_to_contain_text("接孩子")
    phone.follow("代买代取")
    shown(phone, "求助")
    phone.judge("asking")
    phone.press("请人帮忙")
    shown(phone, "正在找人")
    (own,) = [one for one in elder.ask("GET", elder.here("/help-requests?state=looking"))["requests"]
              if one["kind"] == "shopping"]
    assert page.url.endswith(own["id"]), page.url
    unfold(phone, "改时间或要求")
    page.get_by_label("最晚几点").fill("12:00")
    phone.press("保存", exact=True)
    phone.told("已改")
    phone.judge("looking")
    go(phone, "help-requests")
    shown(phone, "正在找人")
    return own["id"]


def beyond(phone):
    """What is said by herself alone is refused in words, where it is pressed."""
    page = phone.page
    go(phone, "well")
    phone.press("保存", exact=True)
    expect(page.locator("[data-problem=set]")).to_contain_text("不能代他人办理")
    expect(page.locator("[data-problem=set]")).to_contain_text("改回“我自己”")
    phone.judge("well")
    go(phone, "helping")
    shown(phone, "由本人自己说")
    phone.judge("helping")


def paired(browser, people, phone, elder):
    """She says through her delegate that somebody may call, and yes to who is proposed."""
    helper = people["family"]
    proved(people["committee"], helper)
    worker = people["worker"]
    go(phone, "pairings")
    expect(phone.page.locator("#page")).not_to_contain_text("我愿意看望别人")
    made = worker.ask("POST", worker.here("/pairings"), {
        "form": "elder", "kind": "walk", "helper": helper.person, "person": elder.person,
        "cadence": "weekly", "weekday": 2, "minute": 600})["id"]
    go(phone, "help")
    phone.page.locator("#page .urgent").get_by_role("link", name="结对：").click()
    shown(phone, "! 请答复")
    expect(phone.page.locator("h1")).to_have_text("王斌来看望施林妹")
    phone.judge("asked")
    phone.press("好，施林妹愿意")
    phone.told("谢谢您")
    shown(phone, "等对方答复")
    seen = elder.ask("GET", elder.here(f"/pairings/{made}"))
    assert seen["has_agreed"], seen
    elder.ask("POST", elder.here(f"/pairings/{made}/end"))


def visited(people, phone, request):
    """Who comes to her is seen, confirmed and rated for her."""
    helper, worker = people["family"], Person("R02680")
    helper.ask("PUT", helper.here("/me/helping"), {
        "is_active": True, "kinds": ["shopping"], "languages": [], "days_off": [],
        "windows": [{"weekday": each, "begins_minute": 0, "ends_minute": 1440}
                    for each in range(1, 8)], "monthly_max": 30, "rest_days": 0})
    asked = worker.ask("GET", worker.here(f"/help-requests/{request}"))
    known = helper.ask("GET", helper.here("/help-proposals"))["proposals"]
    found = [one["id"] for one in known if one["kind"] == "shopping" and one["state"] == "open"]
    proposal = found[0] if found else worker.ask(
        "POST", worker.here(f"/help-requests/{request}/proposals"),
        {"helper": helper.person, "begins": asked["begins"]})["id"]
    visit = helper.ask("POST", helper.here(f"/help-proposals/{proposal}/acceptance"))["visit"]
    go(phone, "visits")
    shown(phone, "王斌来帮施林妹")
    begins = helper.ask("GET", helper.here(f"/visits/{visit}"))["visit"]["begins"]
    begins = datetime.datetime.fromisoformat(begins.replace("Z", "+00:00"))
    advance(max(0, int((begins - server_time()).total_seconds())))
    for what in ("check-in", "check-out"):
        helper.ask("POST", helper.here(f"/visits/{visit}/{what}"))
    go(phone, "help")
    phone.follow("请确认这次互助：代买代取")
    shown(phone, "王斌来帮施林妹")
    phone.judge("over")
    phone.press("确认办好了")
    phone.told("已确认")
    unfold(phone, "评价对方")
    phone.press("提交评价")
    phone.told("已提交")
    return visit


def back_again(phone):
    """What is one's own again is chosen where the other was."""
    phone.usual()
    go(phone, "help")
    phone.page.get_by_label("为谁办").select_option(label="我自己")
    shown(phone, "我能帮")
    expect(phone.page.locator("#banner")).not_to_contain_text("您正在为")

"""Joining on the pages: the last places, the wait-list, an offer that appears by itself."""
import datetime
import json
import re

from playwright.sync_api import expect

from pages import DESK, PHONE, SMALL, Person, Reader

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def local(days=0, clock=None, minutes=0):
    """A time on the estate's clock, some days or minutes from now."""
    time = datetime.datetime.now(SHANGHAI) + datetime.timedelta(days=days, minutes=minutes)
    return f"{time:%Y-%m-%d}T{clock}" if clock else f"{time:%Y-%m-%dT%H:%M}"


class Organiser(Person):
    """A resident who publishes through the API what others meet on their pages."""

    def publish(self, title, starts, ends, seats, **more):
        made = self.ask("POST", self.here("/activities"), {
            "audience": [{"kind": "estate"}], "kind": "sport", "title_zh": title,
            "body_zh": "请穿舒适的鞋。", "place_text": "中心花园凉亭", "starts": starts, "ends": ends,
            "seats": [{"kind": kind, "total": total} for kind, total in seats.items()],
            "cost_note": "免费", "bring": "水杯", "accessibility": ["step_free", "seating"], **more})
        activity = made["activity"]["id"]
        self.ask("POST", self.here(f"/activities/{activity}/publication"))
        found = self.ask("GET", self.here(f"/activities/{activity}"))
        return activity, [one["id"] for one in found["occurrences"]]


def open_from_feed(reader, title):
    reader.page.locator("#page h3", has_text=title).get_by_role("link").click()
    expect(reader.page.locator("h1")).to_have_text(title)


def joining(browser, people):
    """A family takes the last places, a neighbour waits, they leave, the neighbour hears of it."""
    lead, family, neighbour = people["lead"], people["family"], people["neighbour"]
    _, (meeting,) = lead.publish("亲子太极拳", local(2, "19:00"), local(2, "20:30"),
                                 {"adult": 2, "child": 1})
    phone = Reader(browser, PHONE, "zh-CN", "family", family)
    phone.open("/activities.html")
    phone.judge("feed")
    # The estate's evening, whatever the browser's zone is.
    expect(phone.page.locator("#page .card", has_text="亲子太极拳")).to_contain_text("19:00–20:30")
    open_from_feed(phone, "亲子太极拳")
    for name in ("黄萍", "王梓涵"):
        phone.page.get_by_label(name).check()
    phone.judge("one")
    # A child comes with its guardian, who says so once.
    phone.press("报名（3 人）")
    phone.press("我是王梓涵的监护人")
    phone.told("已登记您为王梓涵的监护人")
    phone.press("报名（3 人）")
    phone.told("报名成功")
    expect(phone.page.locator("#own")).to_contain_text("王梓涵（儿童）")
    phone.judge("joined")

    small = Reader(browser, SMALL, "zh-CN", "seniors", neighbour)
    small.open("/activities.html")
    small.seniors()
    expect(small.page.locator("#page .card", has_text="亲子太极拳")).to_contain_text("已满")
    small.judge("feed")
    open_from_feed(small, "亲子太极拳")
    small.judge("full")
    # Without a pointer, too.
    small.button("排候补（1 人）").focus()
    small.page.keyboard.press("Enter")
    small.told("已排在候补第 1 位")
    small.judge("waiting")
    # It waits on another page: the offer must find it there.
    small.follow("活动", "#pages")
    expect(small.page.locator("#page .card", has_text="亲子太极拳")).to_contain_text("候补第 1 位")
    expect(small.page.locator("#pages .count")).to_have_count(0)

    # The child's place is of no use to the neighbour, who goes on waiting.
    phone.press("退出报名")
    for name in ("王斌", "黄萍"):
        phone.page.get_by_label(name).uncheck()
    phone.press("确定退出")
    phone.told("已退出：王梓涵（儿童）")
    expect(phone.page.locator("#own")).not_to_contain_text("王梓涵")
    small.page.reload()
    expect(small.page.locator("#page .card", has_text="亲子太极拳")).to_contain_text("儿童 1")
    expect(small.page.locator("#banner div")).to_have_count(0)

    phone.press("退出报名")
    expect(phone.page.get_by_label("王斌")).to_be_focused()
    phone.judge("leaving")
    phone.page.get_by_label("因为生病").check()
    phone.press("确定退出")
    phone.told("已退出")
    expect(phone.button("报名（1 人）").or_(phone.button("排候补（1 人）"))).to_be_visible()

    expect(small.page.locator("#banner")).to_contain_text("有名额留给您了：亲子太极拳")
    expect(small.page.locator("#banner .left")).to_have_text(
        re.compile(r"还剩 (2 小时|1 小时 5\d 分钟)"))
    expect(small.page.locator("#pages .count")).to_have_text("1")
    small.judge("banner")
    small.follow("通知", "#pages")
    expect(small.page.locator("#page li.unread")).to_contain_text("为您留出了名额")
    small.judge("notices")
    small.press("打开")
    expect(small.page.locator("h1")).to_have_text("亲子太极拳")
    expect(small.page.locator("#own")).to_contain_text("有名额留给您了！")
    expect(small.page.locator("#pages .count")).to_have_count(0)
    small.judge("offered")
    small.press("我要，确认")
    small.told("已确认")
    expect(small.page.locator("#banner div")).to_have_count(0)
    small.follow("我的报名", "#pages")
    expect(small.page.locator("#page .card").first).to_contain_text("✓ 已报名")
    small.judge("mine")
    partly(phone, family, meeting)
    return [phone, small]


def partly(phone, family, meeting):
    """A request that is lost, and then an answer, do nothing twice: they have one key."""
    path = f"**/occurrences/{meeting}/reservations"
    keys = []

    def lose(route):
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.fetch()
        route.abort()

    phone.may_lose = True
    phone.page.route(path, lose)
    phone.page.get_by_label("王梓涵").check()
    phone.press("报名（2 人）")
    expect(phone.page.locator("[data-problem=join]")).to_contain_text("不会重复办理")
    phone.judge("lost")
    phone.press("报名（2 人）")
    # It was done, though nobody said so: the page finds out by itself.
    expect(phone.page.locator("#own")).to_contain_text("✓ 已报名")
    expect(phone.page.locator("#own")).to_contain_text("王梓涵（儿童）")
    assert len(keys) == 2 and keys[0] == keys[1], keys
    phone.page.unroute(path)
    phone.may_lose = False
    live = family.ask("GET", family.here("/reservations?state=live"))["reservations"]
    assert [len(one["members"]) for one in live if one["occurrence"] == meeting] == [2], live


def refusals(browser, people):
    """A refusal is told in the server's own words, and in the reader's language."""
    lead, family = people["lead"], people["family"]
    for title in ("同一时间的合唱", "同一时间的书法"):
        lead.publish(title, local(3, "10:00"), local(3, "11:00"), {"adult": 5}, kind="culture",
                     place_text="图书角门口")
    reader = Reader(browser, DESK, "en-GB", "refused", family)
    reader.open("/activities.html")
    open_from_feed(reader, "同一时间的合唱")
    reader.press("Join (1)")
    reader.told("You have a place")
    reader.follow("Activities", "#pages")
    open_from_feed(reader, "同一时间的书法")
    reader.press("Join (1)")
    expect(reader.page.locator("[data-problem=join]")).to_contain_text(
        "There is something else at that time")
    reader.judge("clash")
    reader.press("中文", "header")
    expect(reader.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    reader.judge("clash-zh")
    return [reader]


def visiting(browser, people):
    """A visitor sees what is public, signs in by a code, and says who of the two there is."""
    lead, committee = people["lead"], people["committee"]
    committee.publish("社区开放日", local(4, "09:00"), local(4, "11:00"), {"adult": 50},
                      audience=[{"kind": "everyone"}])
    closed, _ = lead.publish("住户茶话会", local(4, "14:00"), local(4, "15:00"), {"adult": 9})
    reader = Reader(browser, PHONE, "zh-CN", "visitor")
    reader.open("/activities.html")
    expect(reader.page.locator("#page .card", has_text="社区开放日")).to_be_visible()
    expect(reader.page.locator("#page", has_text="住户茶话会")).to_have_count(0)
    reader.judge("feed")
    # As the code of a poster leads.
    reader.page.goto(f"{reader.page.url.split('/activities')[0]}/#/estates/{lead.estate}"
                     f"/activities/{closed}")
    expect(reader.page.locator("#trouble")).to_contain_text("找不到")
    reader.judge("closed")
    reader.follow("登录", "#trouble")
    reader.judge("sign-in")
    reader.press("发送验证码")
    expect(reader.page.locator("#page .fault").first).to_be_visible()
    reader.judge("no-phone")
    reader.page.get_by_label("手机号").fill("154 0000 0012")
    reader.press("发送验证码")
    code_field = reader.page.get_by_label("短信里的六位验证码")
    code_field.fill("000000")
    reader.press("登录")
    expect(reader.page.locator("[data-problem=form]")).to_be_visible()
    reader.judge("wrong-code")
    code_field.fill(last_code())
    reader.press("登录")
    expect(reader.page.locator("#page h2")).to_have_text("您是哪一位？")
    reader.judge("who")
    reader.press("王*华")
    expect(reader.page.locator("#page")).to_contain_text("下次不用等短信")
    reader.judge("passkey-offer")
    reader.press("以后再说")
    expect(reader.page.locator("h1")).to_have_text("住户茶话会")
    reader.press("退出登录", "#foot")
    expect(reader.page.locator("#page .card", has_text="社区开放日")).to_be_visible()
    expect(reader.page.locator("#page", has_text="住户茶话会")).to_have_count(0)
    return [reader]


def last_code():
    """The code of the last message that was sent."""
    import os
    import pathlib
    lines = pathlib.Path(os.environ["LINLI_DATA"], "outbox.jsonl").read_text().splitlines()
    return re.search(r"\d{6}", json.loads(lines[-1])["text"])[0]

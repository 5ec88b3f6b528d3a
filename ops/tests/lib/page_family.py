"""The family on the pages: a child's days, its pick-up code, consents, invitations, delegates."""
import re

from playwright.sync_api import expect

from page_joining import local
from page_people import tour, unfold
from pages import DESK, NARROW, SITE, Person, Reader

FAMILY_PAGES = ("family", "members", "consents", "delegates")


def family(browser, people):
    """A father becomes the guardian, says when his son is at home, and shows the pick-up code."""
    lead, father = people["lead"], people["neighbour"]
    members = father.ask("GET", father.here("/household"))["members"]
    son = next(one for one in members if one["is_child"])
    _, (meeting,) = lead.publish("亲子手工", local(minutes=45), local(minutes=105),
                                 {"adult": 9, "child": 9}, kind="culture")
    phone = Reader(browser, NARROW, "zh-CN", "family-page", father)
    page = phone.page
    phone.open("/activities.html#/family")
    phone.press(f"我是{son['display_name']}的监护人")
    phone.judge("declaring")
    phone.press("是的，我是")
    phone.told("家里其他大人会收到通知")
    booked = father.ask("POST", father.here(f"/occurrences/{meeting}/reservations"), {
        "members": [{"person": father.person}, {"person": son["person"], "kind": "child"}]})
    phone.follow(son["display_name"])
    expect(page.locator("h1")).to_have_text(son["display_name"])
    unfold(phone, "改按周的日子")
    page.get_by_label("几周一轮").select_option(label="每 2 周一轮")
    page.get_by_role("group", name="第 2 周").get_by_label("周六").check()
    phone.judge("days")
    phone.press("保存", exact=True)
    phone.told("已保存")
    expect(page.locator("#page")).to_contain_text("第 2 周: 周六")

    unfold(phone, "出示接送码")
    phone.press("出示接送码")
    expect(page.locator("#page output")).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    phone.judge("pick-up")
    card = page.locator("#page li.card", has_text="拍照")
    card.locator("summary").click()
    expect(card).to_contain_text("我同意在活动中拍照")
    card.get_by_role("button", name="我同意").click()
    phone.told("已同意")
    expect(card).to_contain_text("✓ 现在有效")
    card.get_by_role("button", name="撤回同意").click()
    card.get_by_role("button", name="撤回同意").click()
    phone.told("已撤回")
    expect(card).to_contain_text("我没有同意")
    phone.press("撤回报名")
    phone.press("撤回报名")
    phone.told("已撤回")
    father.ask("POST", father.here(f"/reservations/{booked['id']}/cancellation"), {})
    household(phone)
    phone.seniors()
    tour(phone, (*FAMILY_PAGES, f"child/{son['person']}"))
    desk = Reader(browser, DESK, "en-GB", "family-en", father)
    desk.open("/activities.html")
    tour(desk, (*FAMILY_PAGES, f"child/{son['person']}"))
    return [phone, desk]


def household(phone):
    """An invitation is shown once and revoked; what leaving means is told before it is done."""
    page = phone.page
    page.goto(f"{SITE}/activities.html#/members")
    unfold(phone, "邀请一个人加入")
    phone.press("生成邀请码")
    expect(page.locator("#page output")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    phone.judge("invited")
    phone.press("作废")
    phone.press("作废")
    phone.told("已作废")
    expect(page.locator("#page")).to_contain_text("没有等人用的邀请")
    phone.press("离开这一户")
    expect(phone.button("我明白，离开")).to_be_focused()
    phone.judge("leaving")
    phone.press("不了")
    expect(phone.button("离开这一户")).to_be_visible()


def delegated(browser, people):
    """An elder sees who acts for her and what was done, and ends it at once."""
    elder, doer = Person("R00713"), Person("R00714")
    _, (meeting,) = people["lead"].publish("重阳茶话会", local(6, "14:00"), local(6, "15:00"),
                                           {"adult": 9}, kind="festival")
    doer.ask("POST", doer.here(f"/occurrences/{meeting}/reservations"), {},
             {"On-Behalf-Of": elder.person})
    reader = Reader(browser, NARROW, "zh-CN", "elder", elder)
    reader.open("/activities.html#/delegates")
    reader.seniors()
    expect(reader.page.locator("#page .card").first).to_contain_text("✓ 正在生效")
    reader.press("查看")
    expect(reader.page.locator("#page")).to_contain_text("报名或退出活动")
    reader.judge("acts")
    reader.press("立即终止")
    reader.press("立即终止")
    reader.told("已终止")
    expect(reader.page.locator("#page")).to_contain_text("没有人可以为您代办")
    return [reader]

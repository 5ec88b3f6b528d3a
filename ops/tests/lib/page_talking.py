"""Conversations on the pages: a question to the organisers, an answer, and the end."""
from playwright.sync_api import expect

from page_joining import local
from page_people import unfold
from pages import DESK, NARROW, Reader


def talking(browser, people):
    """A neighbour asks the organiser, whose answer comes by itself; a number is left out."""
    lead, neighbour = people["lead"], people["neighbour"]
    _, (meeting,) = lead.publish("晒被子日", local(7, "09:00"), local(7, "10:00"), {"adult": 9},
                                 kind="other")
    guest = Reader(browser, NARROW, "zh-CN", "asker", neighbour)
    guest.open(f"/activities.html#/occurrence/{meeting}")
    unfold(guest, "问组织者")
    guest.page.get_by_label("想说的话").fill("下雨怎么办？")
    guest.judge("asking")
    guest.press("发送")
    expect(guest.page.locator("#page .thread")).to_contain_text("下雨怎么办？")
    host = Reader(browser, DESK, "zh-CN", "host", lead)
    host.open("/activities.html#/talks")
    expect(host.page.locator("#page .unread")).to_contain_text("1 条未读")
    host.judge("talks")
    host.follow("晒被子日")
    expect(host.page.locator("#page .thread")).to_contain_text("下雨怎么办？")
    host.page.get_by_label("说点什么").fill("下雨就改天，打我电话13812345678。")
    host.press("发送")
    host.told("电话号码已隐去")
    expect(host.page.locator("#page .thread")).not_to_contain_text("13812345678")
    # The other's page hears of it.
    expect(guest.page.locator("#page .thread")).to_contain_text("下雨就改天")
    guest.judge("talk")
    guest.page.get_by_label("说点什么").fill("好的，谢谢。")
    guest.press("发送")
    guest.told("已发送")
    guest.press("撤回", within="#page .thread li:last-child")
    guest.told("已撤回")
    unfold(guest, "举报")
    guest.page.locator(".thread").get_by_role("button", name="举报").click()
    guest.told("已举报")
    guest.press("与对方通电话")
    expect(guest.page.locator("#page")).to_contain_text("办公台会替您转达")
    guest.press("结束交谈")
    guest.judge("closing")
    guest.press("结束交谈")
    guest.told("已结束")
    expect(host.page.locator("#page")).to_contain_text("这次交谈已结束")
    expect(host.page.get_by_label("说点什么")).to_have_count(0)
    guest.seniors()
    guest.judge("closed")
    return [guest, host]

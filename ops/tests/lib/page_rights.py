"""One's own data on the pages: a copy, a correction that the committee decides, an erasure."""
import zipfile

from playwright.sync_api import expect

from page_people import unfold
from pages import NARROW, Person, Reader


def corrected(browser, people):
    """A resident asks for a copy and a correction; the committee says why not; the copy is there."""
    phone = Reader(browser, NARROW, "zh-CN", "data", people["volunteer"])
    page = phone.page
    phone.open("/activities.html#/data")
    unfold(phone, "要一份资料副本")
    phone.press("生成副本")
    phone.told("正在生成")
    unfold(phone, "请居委会更正")
    page.get_by_label("哪一项").select_option(label="其他")
    page.get_by_label("应该是什么").fill("我是党员志愿者。")
    phone.judge("asking")
    phone.press("请求更正")
    phone.told("已请求")
    desk = Reader(browser, NARROW, "zh-CN", "correcting", people["committee"])
    desk.open("/activities.html#/corrections")
    expect(desk.page.locator("#page .cards")).to_contain_text("我是党员志愿者。")
    unfold(desk, "作出决定")
    desk.page.get_by_label("理由（本人会看到）").fill("小区不登记政治面貌。")
    desk.judge("correction")
    desk.press("决定", exact=True)
    desk.told("已决定")
    expect(page.locator("#page")).to_contain_text("小区不登记政治面貌。")
    # It is made within ten seconds, and the page hears of it.
    with page.expect_download() as download:
        page.locator("#page").get_by_role("link", name="下载（ZIP）").click()
    assert zipfile.is_zipfile(download.value.path()), "the copy is no ZIP"
    return [phone, desk]


def erasing(browser, people):
    """What an erasure means is told before it is asked for; it can be taken back."""
    del people
    phone = Reader(browser, NARROW, "zh-CN", "erasing", Person("R00600"))
    page = phone.page
    phone.open("/activities.html#/data")
    phone.follow("注销")
    expect(page.locator("#page")).to_contain_text("七天")
    phone.press("申请注销", exact=True)
    expect(phone.button("我明白，申请注销")).to_be_focused()
    expect(page.locator("#page")).not_to_contain_text("understood")
    phone.judge("means")
    phone.press("我明白，申请注销")
    phone.told("已申请")
    expect(page.locator("#page .urgent")).to_contain_text("此前可以撤回")
    phone.judge("asked")
    phone.press("撤回申请")
    phone.told("已撤回")
    expect(phone.button("申请注销", exact=True)).to_be_visible()
    return [phone]

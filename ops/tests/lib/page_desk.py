"""The desk on the pages: reports, a decision and its appeal; a visitor; roles; a protection."""
import re

from playwright.sync_api import expect

from page_joining import local
from page_people import tour, unfold
from pages import DESK, NARROW, SITE, Person, Reader

DESK_PAGES = ("desk", "tasks", "moderation", "people", "residences", "offices/volunteer", "desks",
              "objections", "ends", "merges", "access", "corrections", "work")
WORKER_PAGES = ("desk", "tasks/mine", "moderation/all", "callbacks", "protections", "objections")


def moderated(browser, people):
    """A neighbour reports a comment, a social worker decides, its author reads why and appeals."""
    lead, author, neighbour = people["lead"], people["volunteer"], people["neighbour"]
    worker = people["worker"]
    activity, (meeting,) = lead.publish("健康讲座", local(6, "09:00"), local(6, "10:00"),
                                        {"adult": 9}, kind="learning")
    author.ask("POST", author.here(f"/activities/{activity}/comments"), {"body": "我有神药，包治百病。"})
    phone = Reader(browser, NARROW, "zh-CN", "reporter", neighbour)
    phone.open(f"/activities.html#/occurrence/{meeting}")
    unfold(phone, "举报或屏蔽")
    comment = phone.page.locator(".thread details details")
    comment.locator("summary").click()
    comment.get_by_label("怎么了").select_option(label="保健品推销")
    phone.judge("reporting")
    comment.get_by_role("button", name="举报").click()
    phone.told("已举报")

    desk = Reader(browser, NARROW, "zh-CN", "worker", worker)
    page = desk.page
    desk.open("/activities.html")
    desk.follow("办公台", "#pages")
    desk.judge("desk")
    desk.follow("看待办")
    desk.press("我来接手：有内容被举报")
    desk.told("已接手")
    expect(page.locator("#page li", has_text="有内容被举报").first).to_contain_text("我在办")
    # The comment has a watched word, and its author was never proved in person.
    desk.press("我来接手：老人身边的异常情况")
    desk.told("已接手")
    desk.follow("我在办的")
    desk.follow("老人身边的异常情况")
    page.get_by_label("记录（可不填").fill("看过了，见举报。")
    desk.judge("task")
    desk.press("办结", exact=True)
    desk.told("已办结")
    desk.follow("待办")
    desk.follow("有内容被举报")
    desk.judge("taken")
    desk.follow("去办理")
    expect(page.locator("#page")).to_contain_text("我有神药，包治百病。")
    expect(page.locator("#page")).to_contain_text("1 次举报")
    page.get_by_label("怎么处理").select_option(label="已隐藏")
    page.get_by_label("原因", exact=True).select_option(label="保健品推销")
    desk.press("决定", exact=True)
    expect(page.locator("#page .fault:visible")).to_have_count(1)
    page.get_by_label("写给作者的原因").fill("请不要在小区里推销药品。")
    desk.judge("deciding")
    desk.press("决定", exact=True)
    desk.told("已决定")

    own = Reader(browser, NARROW, "zh-CN", "author", author)
    own.open("/activities.html#/posts")
    expect(own.page.locator("#page")).to_contain_text("请不要在小区里推销药品。")
    unfold(own, "申诉")
    own.page.get_by_label("请说明").fill("是玩笑。")
    own.judge("appeal")
    own.press("提交申诉")
    own.told("已提交申诉")
    return [phone, desk, own]


def receiving(browser, people):
    """The committee opens a resident: a device's code, a role given and ended, proved in person."""
    reader = Reader(browser, NARROW, "zh-CN", "committee-desk", people["committee"])
    page = reader.page
    reader.open("/activities.html#/residences")
    page.get_by_label("哪个门牌").select_option(label="3号")
    reader.follow("王斌")
    expect(page.locator("h1")).to_have_text("王斌")
    reader.press("查阅", exact=True)
    expect(page.locator("#page")).to_contain_text("3号 101室 · 户主")
    unfold(reader, "开一张纸质设备码")
    reader.press("开码")
    expect(page.locator("#page output")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    reader.press("作废这张码")
    reader.told("已作废")
    unfold(reader, "给出职务或身份")
    page.get_by_label("是什么").last.select_option(label="志愿者")
    reader.press("给出", exact=True)
    reader.told("已给出")
    term = page.locator("#page li", has_text="志愿者").first
    expect(term).to_contain_text("现任")
    term.locator("summary", has_text="结束任期").click()
    term.get_by_role("button", name="结束任期").click()
    reader.told("已结束")
    # What ends all of somebody's rights takes a tick besides its evidence.
    unfold(reader, "登记搬离、去世，或恢复")
    state = page.locator("[data-fold=state]")
    state.get_by_label("依据").fill("邻居说的。")
    state.get_by_role("button", name="登记", exact=True).click()
    expect(state.locator("[data-problem=state]")).to_contain_text("请先勾选")
    reader.judge("person")
    reader.seniors()
    tour(reader, DESK_PAGES)
    desk = Reader(browser, DESK, "en-GB", "committee-en", people["committee"])
    desk.open("/activities.html")
    tour(desk, DESK_PAGES)
    return [reader, desk]


def protected(browser, people):
    """A social worker who was proved in person sets a protection, tells, and ends it."""
    committee, worker = people["committee"], people["worker"]
    committee.ask("POST", committee.here(f"/people/{worker.person}/proofs"), {"because": "看过证件"})
    kept, other = Person("R01951"), Person("R00655")
    reader = Reader(browser, NARROW, "zh-CN", "protecting", worker)
    page = reader.page
    reader.open("/activities.html#/desk")
    page.get_by_label("居民编号").fill(kept.person)
    reader.press("打开")
    unfold(reader, "设立保护")
    fold = page.locator("[data-fold=protect]")
    fold.get_by_label("防范谁: 居民编号").fill(other.person)
    fold.get_by_label("文号").fill("（2026）沪0107民保令1号")
    fold.get_by_label("到哪天").fill(local(180)[:10])
    fold.get_by_label("我看过依据").check()
    reader.judge("protecting")
    fold.get_by_role("button", name="设立", exact=True).click()
    reader.told("已设立")
    reader.page.goto(f"{SITE}/activities.html#/tasks")
    reader.press("我来接手：当面告知受保护人")
    reader.told("已接手")
    reader.follow("我在办的")
    reader.follow("当面告知受保护人")
    page.get_by_label("记录（可不填").fill("已当面告知。")
    reader.press("办结", exact=True)
    reader.told("已办结")
    reader.follow("去办理")
    reader.press("解除")
    reader.judge("ending")
    reader.press("解除")
    reader.told("已解除")
    reader.seniors()
    tour(reader, (*WORKER_PAGES, f"person/{kept.person}"))
    return [reader]

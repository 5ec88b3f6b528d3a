"""Help groups on the pages: founding, joining in each way, whose turn it is, swapping, being there."""
import datetime
import re

from playwright.sync_api import expect

from page_help_office import go, shown
from page_joining import SHANGHAI
from page_organising import advance, server_time
from page_pairing import proved
from page_people import tour, unfold
from pages import DESK, NARROW, PHONE, SMALL, Person, Reader

# The job of the rota runs each five minutes.
JOB_SECONDS = 301
NAME = "早餐互助"


def willing(person):
    """Who has time all day, on every day, and may be asked."""
    person.ask("PUT", person.here("/me/helping"), {
        "is_active": True, "kinds": ["company", "meal"], "languages": [], "days_off": [],
        "windows": [{"weekday": day, "begins_minute": 0, "ends_minute": 1440}
                    for day in range(1, 8)], "monthly_max": 30, "rest_days": 0})


def grouping(browser, people):
    """Neighbours found a group, get in by asking, by a code and not at all, and take turns."""
    steward, family, volunteer = people["neighbour"], people["family"], people["volunteer"]
    wife = Person("R00587")
    proved(people["committee"], steward)
    for one in (family, volunteer):
        willing(one)
    phone = Reader(browser, PHONE, "zh-CN", "group-steward", steward)
    group = founding(phone)
    small = Reader(browser, SMALL, "zh-CN", "group-applicant", family)
    asking(small, phone, group)
    other = Reader(browser, NARROW, "zh-CN", "group-code", volunteer)
    entering(other, phone)
    home = Reader(browser, NARROW, "zh-CN", "group-home", wife)
    inviting(home, phone, group)
    shift = turns(phone, small, other, group)
    coming(phone, steward, shift)
    at_home(home, phone, group)
    for reader in (small, other):
        reader.seniors() if reader is other else None
        tour(reader, ("help-groups", f"help-group/{group}", f"help-rota/{group}", "help-shifts",
                      f"help-shift/{shift}"))
    english = Reader(browser, DESK, "en-GB", "group-en", steward)
    english.open("/activities.html")
    tour(english, ("help-groups", f"help-group/{group}", f"help-rota/{group}", "help-shifts",
                   f"help-shift/{shift}", "help"))
    office = looked_after(browser, people, group)
    closing(phone, small, group)
    return [phone, small, other, home, english, office]


def founding(phone):
    """A resident founds it in a form, whose faults are told at their fields."""
    page = phone.page
    phone.open("/activities.html#/help")
    phone.follow("互助小组")
    shown(phone, "您还没有加入小组。")
    unfold(phone, "发起一个小组")
    page.get_by_label("名称", exact=True).fill(NAME)
    page.get_by_label("一起做什么").fill("每周一起准备早餐，送到家里。")
    phone.press("发起", exact=True)
    expect(page.locator("[data-fold=found] .fault:visible").first).to_be_visible()
    phone.judge("fault")
    page.get_by_label("陪伴聊天").check()
    page.get_by_label("送餐").check()
    phone.press("发起", exact=True)
    expect(page.locator("h1")).to_have_text(NAME)
    shown(phone, "✓ 您是组长")
    phone.judge("founded")
    return page.url.split("/")[-1]


def asking(small, phone, group):
    """An applicant sees that a steward answers, and no member before it is in."""
    small.open("/activities.html")
    small.seniors()
    go(small, "help-groups")
    small.judge("groups")
    small.follow(NAME)
    expect(small.page.locator("#page")).not_to_contain_text("李斌")
    small.judge("group")
    small.button("申请加入").click()
    small.told("已申请")
    shown(small, "等组长答复")
    phone.page.reload()
    shown(phone, "请您答复的申请")
    phone.judge("application")
    phone.press("同意王斌加入")
    phone.told("已同意")
    small.page.reload()
    shown(small, "✓ 您是组员")
    shown(small, "李斌")
    small.judge("member")
    small.follow("与组长说话")
    shown(small, "与互助小组的组长")
    small.judge("talk")
    small.follow("看这个小组")


def entering(other, phone):
    """A code that a steward makes is shown once, and lets one in."""
    unfold(phone, "开一个邀请码")
    phone.press("开邀请码")
    code = phone.page.locator("#page output")
    expect(code).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    phone.judge("code")
    other.open("/activities.html#/help-groups")
    unfold(other, "我有邀请码")
    field = other.page.get_by_label("邀请码", exact=True)
    field.fill("ABCD-ABCD-ABCD")
    other.press("加入", exact=True)
    expect(other.page.locator("[data-problem=enter]")).to_contain_text("这个邀请码不能用")
    other.judge("wrong-code")
    field.fill(code.inner_text())
    other.press("加入", exact=True)
    expect(other.page.locator("h1")).to_have_text(NAME)
    shown(other, "✓ 您是组员")


def inviting(home, phone, group):
    """Whom a steward knows is invited, and may say no."""
    phone.page.reload()
    unfold(phone, "邀请一位认识的人")
    phone.page.get_by_label("邀请谁").select_option(label="张燕")
    phone.press("邀请", exact=True)
    phone.told("已邀请")
    home.open("/activities.html#/help")
    home.follow("邀请您加入互助小组")
    shown(home, "邀请您加入")
    home.judge("invited")
    home.press(f"不加入{NAME}")
    home.told("已答复")


def turns(phone, small, other, group):
    """A weekly shift is laid; members are asked and told why; one says no, one hands it on."""
    page = phone.page
    go(phone, f"help-rota/{group}")
    shown(phone, "还没有排上班次")
    unfold(phone, "加一个每周班次")
    day = datetime.datetime.now(SHANGHAI) + datetime.timedelta(days=3)
    page.get_by_label("星期几").select_option(value=str(day.isoweekday()))
    page.get_by_label("几点开始").fill("10:00")
    phone.judge("laying")
    phone.press("加上", exact=True)
    phone.told("已加上")
    advance(JOB_SECONDS)
    expect(page.locator("#page .cards").first.locator("li")).to_have_count(4, timeout=30_000)
    phone.judge("laid")
    go(other, "help")
    other.follow("请您来一班：陪伴聊天")
    shown(other, "为什么问您")
    other.judge("asked")
    other.press("好，我来")
    other.told("约好了")
    shift = other.page.url.split("/")[-1]
    other.press("我想换班")
    other.told("已告诉组员们")
    other.judge("offered")
    go(small, "help-shifts")
    shown(small, "请您来的")
    small.judge("asked")
    small.button("这次不来").first.click()
    small.told("已记下")
    go(phone, f"help-shift/{shift}")
    shown(phone, "有人想换班")
    phone.judge("takeover")
    phone.press("替想换班的人来")
    phone.told("是您的了")
    phone.press("来不了，交还小组")
    phone.judge("giving-back")
    phone.press("不了", exact=True)
    return shift


def coming(phone, steward, shift):
    """Check-in from half an hour before; a note for who comes next."""
    shown(phone, "起可以签到")
    begins = steward.ask("GET", steward.here(f"/help-shifts/{shift}"))["shift"]["begins"]
    begins = datetime.datetime.fromisoformat(begins.replace("Z", "+00:00"))
    advance(int((begins - server_time()).total_seconds()) - 600)
    phone.page.reload()
    phone.press("我到了，签到")
    phone.told("已签到")
    unfold(phone, "给下一班留话")
    phone.page.get_by_label("留什么话").fill("银行卡密码是123456")
    phone.press("保存")
    expect(phone.page.locator("[data-problem=note]")).to_contain_text("不")
    phone.page.get_by_label("留什么话").fill("热水瓶在门边。")
    phone.press("保存")
    phone.told("已保存")
    shown(phone, "热水瓶在门边。")
    phone.judge("there")
    phone.press("做完了，签退")
    phone.told("已签退")


def at_home(home, phone, group):
    """A group that would come to a home each week is agreed to first, and ended there."""
    go(phone, f"help-rota/{group}")
    unfold(phone, "加一个每周班次")
    phone.page.get_by_label("在哪里").select_option(label="上门帮一位认识的人")
    phone.page.get_by_label("帮谁").select_option(label="张燕")
    phone.judge("home")
    phone.press("加上", exact=True)
    phone.told("已加上")
    shown(phone, "等对方同意")
    go(home, "help")
    home.follow("小组想每周来帮忙：陪伴聊天")
    home.judge("would-come")
    home.button("好，请每周来").click()
    home.told("已同意")
    home.button("不要了").first.click()
    home.judge("no-more")
    home.press("不要了", exact=True)
    home.told("已停止")


def looked_after(browser, people, group):
    """An office sees who is in it, and names a steward."""
    office = Reader(browser, PHONE, "zh-CN", "group-office", people["worker"])
    office.open("/activities.html#/desk")
    office.follow("互助小组")
    office.follow(NAME)
    shown(office, "王斌")
    office.press("指定王斌为组长")
    office.judge("naming")
    office.press("指定为组长", exact=True)
    office.told("已指定")
    go(office, f"help-rota/{group}")
    shown(office, "每周的班次")
    office.judge("rota")
    return office


def closing(phone, small, group):
    """One leaves, and the last steward closes it."""
    go(phone, f"help-group/{group}")
    phone.press("退出小组")
    phone.press("退出小组")
    phone.told("已退出")
    go(small, f"help-group/{group}")
    small.press("解散小组")
    small.judge("closing")
    small.press("解散小组")
    small.told("已解散")

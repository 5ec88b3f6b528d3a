"""What an office does about help on the pages: disagreements, the care list, asking by hand."""
from playwright.sync_api import expect

from page_joining import local
from page_people import tour, unfold
from pages import NARROW, PHONE, SITE, Person, Reader


def shown(reader, text):
    """What the page says by itself, once it has heard of it."""
    expect(reader.page.locator("#page")).to_contain_text(text)


def go(reader, page):
    reader.page.goto(f"{SITE}/activities.html#/{page}")


def decided(browser, worker, small):
    """A social worker comes from her task to the disagreement, and decides; one side appeals."""
    office = Reader(browser, PHONE, "zh-CN", "help-office", worker)
    office.open("/activities.html#/tasks")
    office.follow("一次互助有分歧，请听双方")
    office.follow("去办理")
    shown(office, "找零少了一元")
    office.judge("dispute")
    office.press("处理", exact=True)
    office.told("已处理")
    small.page.reload()
    shown(small, "认为提出的一方有道理")
    small.press("不同意，申诉一次")
    small.told("已申诉")
    small.judge("appealed")
    return office


def called_on(office, small, phone, elder):
    """She is entered at the desk; who has the turn writes down a contact; she reads who comes."""
    page = office.page
    go(office, f"person/{elder.person}")
    unfold(office, "列入探访关爱名单")
    page.get_by_label("轮流的人的居民编号").fill(Person("R02109").person)
    page.get_by_label("第一次在哪天以前").fill(local(0, "00:00")[:10])
    office.press("列入", exact=True)
    expect(page.locator("[data-problem=care]")).to_contain_text("没有同意")
    page.get_by_label("没有本人同意时的理由").fill("独居，愿意有人问候。")
    office.press("列入", exact=True)
    office.told("已列入")
    go(office, "care-list")
    shown(office, "施林妹")
    office.seniors()
    tour(office, ("care-list", "help-reports"))
    changed(office)
    go(phone, "help")
    phone.follow("轮到您问候施林妹")
    shown(phone, "今天 前")
    unfold(phone, "我联系过了")
    phone.judge("turn")
    phone.press("登记", exact=True)
    phone.told("已登记")
    go(small, "care")
    shown(small, "两周一次")
    shown(small, "刘磊")
    small.judge("cared-for")
    go(small, "evidence")
    unfold(small, "为一位邻居担保")
    small.press("担保", exact=True)
    expect(small.page.locator("[data-problem=vouch]")).to_contain_text("当面核实")
    small.judge("unproved")


def set_down(browser, people, office):
    """The committee sets caps, quiet hours and a class of care, which a social worker reads."""
    committee = Reader(browser, PHONE, "zh-CN", "help-settings", people["committee"])
    page = committee.page
    committee.open("/activities.html#/desk")
    committee.follow("互助的设定")
    unfold(committee, "修改：代买和时间币的上限")
    page.get_by_label("一次代买最多多少元").fill("150.5")
    committee.button("保存").first.click()
    committee.told("已设定")
    shown(committee, "150.50 元")
    unfold(committee, "修改：安静时段")
    page.get_by_label("从几点").fill("22:30")
    page.get_by_label("到几点").fill("22:30")
    page.locator("[data-fold=quiet]").get_by_role("button", name="保存").click()
    expect(page.locator("[data-fold=quiet] .fault:visible")).to_have_count(1)
    committee.judge("same-minute")
    page.get_by_label("到几点").fill("06:30")
    page.locator("[data-fold=quiet]").get_by_role("button", name="保存").click()
    committee.told("已设定")
    shown(committee, "22:30 到 06:30")
    unfold(committee, "修改：每月一次")
    page.locator("[data-fold=class-monthly]").get_by_label("隔几天").fill("28")
    page.locator("[data-fold=class-monthly]").get_by_role("button", name="保存").click()
    committee.told("已设定")
    shown(committee, "每 28 天")
    committee.judge("settings")
    go(office, "help-settings")
    shown(office, "150.50 元")
    expect(office.page.locator("#page summary")).to_have_count(0)
    committee.seniors()
    tour(committee, ("help-settings", "care-list"))
    office.faults += committee.end()


def changed(office):
    """Her entry is changed at the list: how often, and who takes turns."""
    page = office.page
    go(office, "care-list")
    unfold(office, "修改安排")
    fold = page.locator("[data-fold^=change]")
    fold.get_by_label("刘磊").uncheck()
    fold.get_by_role("button", name="保存").click()
    expect(fold.locator(".fault:visible, [data-problem]:visible").first).to_be_visible()
    office.judge("nobody-named")
    fold.get_by_label("刘磊").check()
    fold.get_by_label("多久一次").select_option(label="两周一次")
    fold.get_by_role("button", name="保存").click()
    office.told("已修改")
    shown(office, "两周一次")


def by_hand(browser, people, office, phone):
    """Where nobody is found, a social worker comes from her task to the request, and asks one."""
    asker = Reader(browser, NARROW, "zh-CN", "nobody", people["neighbour"])
    asker.open("/activities.html#/help-ask/pet")
    asker.page.get_by_label("哪一天").select_option(label="尽快（很急）")
    asker.press("请人帮忙")
    shown(asker, "正在找人")
    go(office, "tasks")
    office.follow("一项求助暂时没有人能来")
    office.follow("去办理")
    unfold(office, "请一位来帮")
    office.page.locator("[data-fold=by-hand]").get_by_label("居民编号").fill(
        people["volunteer"].person)
    office.judge("by-hand")
    office.press("请他/她")
    office.told("已邀请")
    go(phone, "helping")
    phone.follow("照看宠物")
    shown(phone, "请答复")
    asker.press("撤回求助")
    asker.press("撤回求助")
    asker.told("已撤回")
    shown(phone, "这次不用了")
    phone.faults += asker.end()

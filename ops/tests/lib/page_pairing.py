"""Paired families on the pages: both sides, who stands in, and the two offices."""
import datetime

from playwright.sync_api import expect

from page_help_office import go, shown
from page_joining import SHANGHAI
from page_organising import advance, server_time
from page_people import tour, unfold
from pages import DESK, NARROW, PHONE, SMALL, Person, Reader

DAY_SECONDS = 86_400
# The job that plans visits of pairs runs each minute.
JOB_SECONDS = 61


def proved(committee, person):
    """Who calls on an elder is verified in person."""
    known = committee.ask("GET", committee.here(f"/people/{person.person}/proofs"))["proofs"]
    if not any(one["how"] == "desk" and not one.get("withdrawn_at") for one in known):
        committee.ask("POST", committee.here(f"/people/{person.person}/proofs"),
                      {"because": "看过证件"})


def pairing(browser, people):
    """Both say that they would; an office proposes; they agree, change, rest, renew and end it."""
    elder, helper, volunteer = Person("R00713"), people["neighbour"], people["volunteer"]
    for one in (helper, volunteer):
        proved(people["committee"], one)
    # Who stands in has said what it helps with.
    volunteer.ask("PUT", volunteer.here("/me/helping"), {
        "is_active": True, "kinds": ["company"], "languages": [], "windows": [], "days_off": [],
        "monthly_max": 8, "rest_days": 0})
    small = Reader(browser, SMALL, "zh-CN", "paired-elder", elder)
    phone = Reader(browser, PHONE, "zh-CN", "paired-helper", helper)
    wishing(small, phone)
    office = proposed(browser, people, small)
    pair = agreeing(small, phone)
    talking(phone, small, pair)
    changing(small, phone)
    standing_in(browser, people, small, phone)
    tour(small, ("pairings", f"pairing/{pair}"))
    office.seniors()
    tour(office, ("desk-pairings", "pairing-suggestions", f"pairing/{pair}"))
    english = Reader(browser, DESK, "en-GB", "paired-en", people["worker"])
    english.open("/activities.html")
    tour(english, ("pairings", "desk-pairings", "pairing-suggestions", f"pairing/{pair}"))
    own = Reader(browser, PHONE, "en-GB", "paired-helper-en", helper)
    own.open("/activities.html")
    tour(own, ("pairings", f"pairing/{pair}"))
    over = renewed(browser, pair)
    return [small, phone, office, english, own, *over]


def wishing(small, phone):
    """Each says that it would be one of a pair, which the other does not see."""
    small.open("/activities.html")
    small.seniors()
    go(small, "pairings")
    shown(small, "现在没有结对。")
    unfold(small, "我希望有人来看望")
    small.page.locator("[data-fold=wish-person]").get_by_label("陪伴聊天").check()
    small.judge("wishing")
    small.press("告诉他们")
    small.told("已记下")
    shown(small, "✓ 已说希望有人来看望。")
    phone.open("/activities.html#/help")
    phone.follow("结对")
    unfold(phone, "我愿意看望别人")
    fold = phone.page.locator("[data-fold=wish-helper]")
    fold.get_by_label("陪伴聊天").check()
    fold.get_by_label("愿意看望几位").fill("2")
    phone.judge("wishing")
    phone.press("告诉他们")
    phone.told("已记下")


def proposed(browser, people, small):
    """A social worker reads who suits whom and why, and proposes it; the committee sets the rules."""
    office = Reader(browser, PHONE, "zh-CN", "pair-office", people["worker"])
    office.open("/activities.html#/desk")
    office.follow("结对")
    shown(office, "现在没有结对。")
    office.judge("none")
    office.follow("看谁和谁合适")
    card = office.page.locator("#page .cards .card", has_text="施林妹")
    expect(card).to_contain_text("李斌")
    expect(card).to_contain_text("一位愿意做，正是另一位想要的。")
    unfold(office, "提议：李斌 → 施林妹")
    card.get_by_label("几点").select_option(label="10:30")
    office.judge("suggested")
    card.get_by_role("button", name="提议", exact=True).click()
    office.told("已提议")
    go(office, "desk-pairings")
    shown(office, "提议了，等答复")
    committee = Reader(browser, NARROW, "zh-CN", "pair-rules", people["committee"])
    committee.open("/activities.html#/desk-pairings")
    unfold(committee, "结对规则")
    committee.page.get_by_label("试行几天").fill("7")
    committee.page.get_by_label("几天后问要不要继续").fill("30")
    committee.judge("rules")
    committee.press("保存", exact=True)
    committee.told("已设定")
    small.faults += committee.end()
    return office


def agreeing(small, phone):
    """Neither sees the other's answer; the helper has no name before both have said yes."""
    go(phone, "help")
    phone.follow("结对：您去看望一位邻居")
    shown(phone, "双方都同意以后，才看到名字")
    expect(phone.page.locator("#page")).not_to_contain_text("施林妹")
    phone.judge("asked")
    phone.press("好，我愿意")
    phone.told("谢谢您")
    shown(phone, "等对方答复")
    phone.judge("waits")
    small.follow("通知", "#pages")
    notice = small.page.locator("#page li", has_text="提议您和一位邻居结对").first
    notice.get_by_role("button", name="打开").click()
    shown(small, "! 请答复")
    small.press("不用了")
    small.judge("declining")
    small.press("不了")
    small.press("好，我愿意")
    small.told("谢谢您")
    shown(small, "试行中")
    expect(small.page.locator("h1")).to_have_text("李斌来看望您")
    expect(phone.page.locator("h1")).to_have_text("您去看望施林妹")
    advance(JOB_SECONDS)
    expect(phone.page.locator("#page .cards > li").first).to_be_visible(timeout=30_000)
    phone.judge("trial")
    return phone.page.url.split("/")[-1]


def changing(small, phone):
    """Other times, a rest and its end: each is told to the other side."""
    page = small.page
    unfold(small, "改时间")
    page.locator("[data-fold^=times]").get_by_label("多久一次").select_option(label="每两周")
    page.locator("[data-fold^=times]").get_by_role("button", name="保存").click()
    small.told("已改")
    shown(phone, "每两周")
    unfold(phone, "暂停一段时间")
    rest = phone.page.locator("[data-fold=rest]")
    rest.get_by_label("暂停到哪一天").fill("2020-01-01")
    rest.get_by_role("button", name="保存").click()
    expect(phone.page.locator("[data-problem=rest]")).to_contain_text("这个日期不合适")
    phone.judge("wrong-day")
    phone.page.reload()
    unfold(phone, "暂停一段时间")
    rest.get_by_role("button", name="保存").click()
    phone.told("已暂停")
    shown(small, "暂停到")
    small.judge("rests")
    phone.press("现在恢复")
    phone.told("已恢复")
    advance(JOB_SECONDS)
    expect(phone.page.locator("#page .cards > li").first).to_be_visible(timeout=30_000)


def standing_in(browser, people, small, phone):
    """Both choose the same stand-in, who comes once in the helper's stead."""
    volunteer = people["volunteer"]
    unfold(phone, "选替补")
    phone.page.get_by_label("或者填居民编号").fill(Person("R00587").person)
    phone.page.locator("[data-fold^=stand-in]").get_by_role("button", name="保存").click()
    expect(phone.page.locator("[data-problem^=stand-in]")).to_contain_text("这一位不能当替补")
    phone.page.get_by_label("或者填居民编号").fill(volunteer.person)
    phone.page.locator("[data-fold^=stand-in]").get_by_role("button", name="保存").click()
    phone.told("已选")
    shown(small, "对方选了刘磊")
    unfold(small, "选替补")
    expect(small.page.locator("[data-fold^=stand-in]").get_by_label("请谁")).to_have_value(
        volunteer.person)
    small.judge("stand-in")
    small.page.locator("[data-fold^=stand-in]").get_by_role("button", name="保存").click()
    small.told("已选")
    shown(phone, "刘磊（双方都选了）")
    phone.button("这次我去不了").first.click()
    phone.judge("leaving-out")
    phone.button("这次我去不了").first.click()
    phone.told("这一次已取消")
    other = Reader(browser, NARROW, "zh-CN", "stand-in", volunteer)
    other.open("/activities.html#/help")
    other.follow("请您替一次：陪伴聊天")
    shown(other, "请您替一次")
    other.judge("asked")
    other.press("好，我去")
    other.told("谢谢您")
    shown(small, "这次由刘磊来")
    small.judge("covered")
    phone.faults += other.end()


def talking(phone, small, pair):
    """Both can speak, and come back from there to what it is about."""
    phone.follow("与对方说话")
    phone.page.get_by_label("说点什么").fill("周三见。")
    phone.press("发送")
    phone.told("已发送")
    phone.follow("看这对结对")
    expect(phone.page.locator("h1")).to_have_text("您去看望施林妹")
    small.follow("与对方说话")
    shown(small, "周三见。")
    small.judge("talk")
    small.follow("看这对结对")


def silent(browser, pair):
    """Where both are silent a social worker's task leads to the pair; no task comes at night."""
    here = server_time().astimezone(SHANGHAI)
    noon = here.replace(hour=12, minute=0, second=0, microsecond=0) + datetime.timedelta(days=16)
    advance(int((noon - here).total_seconds()))
    advance(JOB_SECONDS)
    worker = Reader(browser, PHONE, "zh-CN", "pair-task", Person("R02680"))
    worker.open("/activities.html#/tasks")
    worker.follow("一对结对到期没有答复")
    worker.follow("去办理")
    expect(worker.page.locator("h1")).to_have_text("李斌 → 施林妹")
    worker.judge("silent")
    go(worker, "desk-pairings")
    shown(worker, "到期，等双方答复")
    return worker


def renewed(browser, pair):
    """After its term both are asked; both go on, and one ends it without a reason."""
    for days in (8, 30):
        advance(days * DAY_SECONDS)
        advance(JOB_SECONDS)
    worker = silent(browser, pair)
    readers = []
    for number, name in (("R00586", "renewing-helper"), ("R00713", "renewing-elder")):
        reader = Reader(browser, PHONE, "zh-CN", name, Person(number))
        reader.open(f"/activities.html#/pairing/{pair}")
        readers.append(reader)
    phone, small = readers
    shown(phone, "要不要继续？")
    phone.judge("review")
    phone.press("好，继续")
    phone.told("已记下")
    go(small, "help")
    small.follow("结对：李斌来看望您")
    small.press("好，继续")
    small.told("已记下")
    shown(small, "✓ 正在结对")
    small.press("结束结对")
    shown(small, "不用说原因")
    small.judge("ending")
    small.press("结束结对")
    small.told("已结束")
    shown(phone, "已结束")
    expect(phone.page.locator("h1")).to_have_text("您去看望一位邻居")
    phone.judge("ended")
    return [worker, *readers]

"""Help on the pages: asking, being asked, the visit, what comes after, and the daily check."""
from playwright.sync_api import expect

from page_help_office import by_hand, called_on, decided, go, set_down, shown
from page_people import tour, unfold
from pages import DESK, NARROW, PHONE, SMALL, Person, Reader

HELP_PAGES = ("help", "help-ask", "help-ask/shopping", "help-ask/homework", "help-requests",
              "helping", "help-board", "visits", "well", "care", "credits", "evidence")


def helping(browser, people):
    """An elder asks in two steps; a helper is asked at once, goes there, and both say how it was."""
    elder, helper = Person("R00713"), people["volunteer"]
    committee = people["committee"]
    # Who helps an elder is verified in person.
    committee.ask("POST", committee.here(f"/people/{helper.person}/proofs"), {"because": "看过证件"})
    phone = Reader(browser, PHONE, "zh-CN", "helper", helper)
    small = Reader(browser, SMALL, "zh-CN", "helped", elder)
    offering(phone)
    asking(small)
    agreeing(phone)
    visiting(small, phone)
    afterwards(small, phone)
    office = decided(browser, people["worker"], small)
    well(small)
    spoken_for(browser, people, phone)
    called_on(office, small, phone, elder)
    set_down(browser, people, office)
    giving(phone)
    declining(browser, people, phone)
    by_hand(browser, people, office, phone)
    listed(browser, people, phone)
    tour(small, HELP_PAGES)
    desk = Reader(browser, DESK, "en-GB", "help-en", people["worker"])
    desk.open("/activities.html")
    tour(desk, (*HELP_PAGES, "care-list", "help-reports", "help-settings"))
    return [phone, small, desk, office, each_of(browser, helper, small, elder)]


def each_of(browser, helper, small, elder):
    """The pages of one visit, asking and request: in English, and in the seniors' view."""
    visits = helper.ask("GET", helper.here("/me/visits"))["visits"]
    done = next(one["id"] for one in visits if one["state"] == "done")
    asked = helper.ask("GET", helper.here("/help-proposals"))["proposals"][-1]["id"]
    (request,) = elder.ask("GET", elder.here("/help-requests"))["requests"]
    tour(small, (f"help-request/{request['id']}", f"visit/{done}"))
    reader = Reader(browser, PHONE, "en-GB", "each-en", helper)
    reader.open("/activities.html")
    tour(reader, (f"visit/{done}", f"proposal/{asked}", "help-ask/company"))
    return reader


def offering(phone):
    """A helper says what it does, and that it has time on every day of the week."""
    page = phone.page
    phone.open("/activities.html#/help")
    phone.judge("menu")
    phone.follow("我能帮")
    shown(phone, "还没有写时间")
    page.get_by_label("代买代取").check()
    phone.press("再加一段时间")
    for day in ("周六", "周日"):
        page.get_by_label(day).check()
    # All day.
    for field in ("从几点", "到几点"):
        page.get_by_label(field).fill("00:00")
    phone.judge("offer")
    phone.press("保存", exact=True)
    phone.told("已保存")
    expect(page.get_by_label("周日")).to_be_checked()
    expect(page.get_by_label("代买代取")).to_be_checked()


def asking(small):
    """Two steps in the seniors' view, on the narrowest phone."""
    page = small.page
    small.open("/activities.html")
    small.seniors()
    small.follow("互助", "#pages")
    small.judge("menu")
    small.follow("我要帮忙")
    small.judge("which")
    small.follow("代买代取")
    page.get_by_label("最早几点").fill("")
    small.press("请人帮忙")
    shown(small, "请写几点")
    expect(page.get_by_label("最早几点")).to_be_focused()
    small.judge("fault")
    page.get_by_label("哪一天").select_option(label="尽快（很急）")
    expect(page.get_by_label("最早几点")).to_have_count(0)
    page.get_by_label("大约要多久").select_option(label="15 分钟")
    page.get_by_label("还想说的").fill("一斤鸡蛋，电话13812345678。")
    small.judge("ask")
    small.press("请人帮忙")
    shown(small, "正在找人")
    expect(page.locator("#page")).not_to_contain_text("13812345678")
    small.judge("looking")


def agreeing(phone):
    """Who is asked reads why and until when, and the address once it has said yes."""
    phone.follow("通知", "#pages")
    notice = phone.page.locator("#page li", has_text="有邻居需要帮忙").first
    notice.get_by_role("button", name="打开").click()
    expect(phone.page.locator("h1")).to_have_text("代买代取")
    go(phone, "help")
    card = phone.page.locator("#page .urgent", has_text="有邻居需要帮忙：代买代取")
    expect(card).to_contain_text("还剩")
    phone.judge("asked")
    card.get_by_role("link").click()
    shown(phone, "您愿意做这件事，那时也有空。")
    expect(phone.page.locator("#page")).not_to_contain_text("施林妹")
    phone.judge("proposal")
    unfold(phone, "这次不去")
    shown(phone, "以后就不再问您帮这个人")
    phone.judge("refusing")
    phone.press("好，我去")
    phone.told("约好了")
    shown(phone, "施林妹")
    shown(phone, "一斤鸡蛋")
    phone.judge("agreed")
    phone.follow("看这次上门")


def visiting(small, phone):
    """Both see it: the money is said, the helper comes, shows the receipt, and leaves."""
    shown(small, "✓ 刘磊会来")
    small.judge("agreed")
    small.follow("看这次上门")
    unfold(small, "说好金额")
    small.page.get_by_label("最多多少元").fill("5000")
    small.button("说好金额").click()
    expect(small.page.locator("[data-problem=cash]")).to_contain_text("上限")
    small.judge("too-much")
    small.page.get_by_label("最多多少元").fill("50")
    small.button("说好金额").click()
    small.told("已记下")
    shown(phone, "50.00 元")
    phone.judge("planned")
    phone.press("我到了，签到")
    phone.told("已签到")
    shown(small, "正在进行")
    phone.press("签错了，撤销签到")
    phone.told("已撤销")
    phone.press("我到了，签到")
    phone.told("已签到")
    unfold(phone, "填实付和小票")
    phone.page.get_by_label("实付多少元").fill("32.50")
    phone.page.get_by_label("小票上写了什么").fill("鸡蛋一盒，找零给了。")
    phone.button("填实付和小票").click()
    phone.told("已记下")
    shown(small, "32.50 元")
    unfold(phone, "给下一位帮手留话")
    phone.page.get_by_label("留什么话").fill("密码写在门上")
    phone.press("保存")
    expect(phone.page.locator("[data-problem=note]")).to_contain_text("不交给别人")
    phone.page.get_by_label("留什么话").fill("门铃在左边。")
    phone.press("保存")
    phone.told("已保存")
    phone.judge("under-way")
    phone.press("办完了，签退")
    phone.told("已签退")


def afterwards(small, phone):
    """Both confirm and rate; whether it was safe stands apart, and the other sees nothing of it."""
    shown(small, "请确认")
    small.judge("over")
    go(small, "help")
    small.follow("请确认这次互助：代买代取")
    small.press("金额对，确认办好了")
    small.told("已确认")
    shown(phone, "对方确认了")
    phone.press("确认办好了")
    phone.told("已确认")
    rate(small)
    expect(phone.page.locator("#page")).not_to_contain_text("对方的评价")
    rate(phone)
    shown(phone, "对方的评价")
    small.press("安全", exact=True)
    small.told("已记下")
    small.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    small.judge("after")
    unfold(phone, "有不同看法")
    phone.page.get_by_label("怎么回事").fill("找零少了一元。")
    phone.press("请社工来听")
    phone.told("已提出")
    shown(phone, "社工在听双方")
    phone.judge("disputed")
    small.page.reload()
    shown(small, "对方提出的")
    expect(small.page.locator("#page")).not_to_contain_text("找零少了一元")


def rate(reader):
    unfold(reader, "评价对方")
    reader.page.get_by_label("细心").select_option(label="一般")
    reader.press("提交评价")
    reader.told("已提交")
    shown(reader, "您的评价")


def well(small):
    """One big button, once a day."""
    go(small, "well")
    shown(small, "还没有开始。")
    small.page.get_by_label("每天几点前").select_option(label="22:00")
    small.press("保存", exact=True)
    small.told("已保存")
    go(small, "help")
    small.judge("saying")
    small.press("我很好")
    small.told("已报平安")
    shown(small, "✓ 今天已经报过平安。")
    go(small, "well")
    small.press("停止每日平安")
    small.judge("ending")
    small.press("停止每日平安")
    small.told("已停止")


def spoken_for(browser, people, phone):
    """One of the household says it for another, whose page hears of it."""
    neighbour, wife = people["neighbour"], Person("R00587")
    neighbour.ask("PUT", neighbour.here("/me/daily-check"), {"minute": 1320, "told": [wife.person]})
    own = Reader(browser, NARROW, "zh-CN", "spoken-for", neighbour)
    own.open("/activities.html#/well")
    shown(own, "没报时通知：张燕")
    reader = Reader(browser, NARROW, "zh-CN", "speaking-for", wife)
    reader.open(f"/activities.html#/well/{neighbour.person}")
    reader.judge("for-another")
    reader.press("李斌平安")
    reader.told("已记下")
    shown(own, "✓ 今天已经报过平安。")
    neighbour.ask("DELETE", neighbour.here("/me/daily-check"))
    phone.faults += own.end() + reader.end()


def giving(phone):
    """Time that was spent elsewhere meanwhile is not given: the refusal stands at its place."""
    page, path = phone.page, "**/me/time-credits?*"
    page.route(path, lambda route: route.fulfill(json={"credits": [
        {"id": "018f0000-0000-7000-8000-000000000000", "at": "2026-03-01T08:00:00Z",
         "minutes": 75, "balance": 75, "reason": "issued"}]}))
    go(phone, "credits")
    shown(phone, "1 小时 15 分钟")
    unfold(phone, "送出时间")
    page.get_by_label("送多少").select_option(label="1 小时")
    phone.press("送出", exact=True)
    expect(page.locator("[data-problem=give]")).to_contain_text("没有这么多时间")
    phone.judge("credits")
    page.unroute(path)


def declining(browser, people, phone):
    """No is said with a reason that the other never hears: it goes on looking."""
    asker = Reader(browser, NARROW, "zh-CN", "declined", people["neighbour"])
    asker.open("/activities.html#/help-ask/shopping")
    asker.page.get_by_label("哪一天").select_option(label="尽快（很急）")
    asker.press("请人帮忙")
    shown(asker, "正在找人")
    go(phone, "helping")
    phone.follow("代买代取")
    unfold(phone, "这次不去")
    phone.page.get_by_label("为什么").select_option(label="那时没空")
    phone.button("这次不去").click()
    phone.told("已记下")
    shown(phone, "您说了不去")
    asker.page.reload()
    shown(asker, "正在找人")
    asker.press("撤回求助")
    asker.judge("withdrawing")
    asker.press("撤回求助")
    asker.told("已撤回")
    phone.faults += asker.end()


def listed(browser, people, phone):
    """A neighbour lets others see it; one offers, is thanked for, and both can speak."""
    asker = Reader(browser, NARROW, "zh-CN", "listed", people["neighbour"])
    asker.open("/activities.html#/help-ask/parcel")
    asker.page.get_by_label("也让邻居们看到").check()
    asker.press("请人帮忙")
    shown(asker, "邻居们也看得到")
    unfold(asker, "改时间或要求")
    asker.page.get_by_label("最晚几点").fill("12:00")
    asker.judge("changing")
    asker.press("保存", exact=True)
    asker.told("已改")
    go(phone, "help-board")
    unfold(phone, "我能去：代取快递")
    phone.judge("board")
    phone.press("告诉对方")
    phone.told("已告诉对方")
    shown(phone, "✓ 您已提出")
    shown(asker, "刘磊")
    asker.judge("offered")
    asker.press("好，请来")
    asker.told("约好了")
    asker.follow("与来帮忙的人说话")
    asker.page.get_by_label("说点什么").fill("明天见，谢谢。")
    asker.press("发送")
    asker.told("已发送")
    asker.judge("talk")
    asker.follow("看这次求助")
    asker.follow("看这次上门")
    unfold(asker, "取消这次上门")
    asker.judge("cancelling")
    asker.press("取消这次上门")
    asker.told("已取消")
    go(phone, "visits")
    shown(phone, "取消了")
    phone.judge("visits")
    phone.faults += asker.end()

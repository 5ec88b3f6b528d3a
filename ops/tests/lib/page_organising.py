"""Organising on the pages: a weekly series, its changes, the roll, and what comes afterwards."""
import datetime
import email.utils
import os
import re
import subprocess
import time
import urllib.error
import urllib.request

from playwright.sync_api import expect

from page_joining import Organiser, local
from pages import DESK, PHONE, SITE, Reader


def server_time():
    with urllib.request.urlopen(f"{SITE}/livez", timeout=10) as answer:
        return email.utils.parsedate_to_datetime(answer.headers["Date"])


def advance(seconds):
    """Moves the server's clock, and sees its answers say so: their Date is made once a second."""
    wanted = server_time() + datetime.timedelta(seconds=seconds)
    request = urllib.request.Request(f"{SITE}/dev/clock?advance={seconds}", method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200
    for _ in range(50):
        if server_time() >= wanted:
            return
        time.sleep(0.1)
    raise AssertionError("the server's clock did not move")


def organising(browser, people):
    """A resident drafts by mistakes, publishes a weekly series, and changes and cancels of it."""
    volunteer, neighbour = people["volunteer"], people["neighbour"]
    phone = Reader(browser, PHONE, "zh-CN", "organiser", volunteer)
    page = phone.page
    phone.open("/activities.html#/organise")
    phone.judge("none")
    phone.follow("新建一个活动")
    phone.judge("form")
    phone.press("保存草稿")
    expect(page.get_by_label("名称", exact=True)).to_be_focused()
    expect(page.locator(".fault:visible")).to_have_count(4)
    phone.judge("faults")
    page.get_by_label("名称", exact=True).fill("周五晚上太极拳")
    expect(page.locator(".fault:visible")).to_have_count(3)
    page.get_by_label("说明", exact=True).fill("跟着一起练，零基础也行。")
    page.get_by_label("开始", exact=True).fill(local(8, "21:00"))
    page.get_by_label("重复", exact=True).select_option("weekly")
    page.get_by_label("一共几次").fill("900")
    page.get_by_label("地点", exact=True).select_option(label="社区活动室")
    page.get_by_label("成人", exact=True).fill("2")
    expect(page.locator("#page")).to_contain_text("须提前 1 天 预订")
    # What the series means is said in words before it is sent.
    expect(page.locator("#page")).to_contain_text("21:00，共 900 次")
    phone.judge("filled")
    phone.press("保存草稿")
    expect(page.locator("[data-problem=form]")).to_contain_text("重复的次数太多")
    page.get_by_label("一共几次").fill("4")
    phone.press("保存草稿")
    expect(page.locator("h1")).to_have_text("周五晚上太极拳")
    phone.judge("drafted")
    phone.press("发布", exact=True)
    # The room is closed then, and each meeting says so.
    expect(page.locator("[data-problem=publish] li")).to_have_count(4)
    expect(page.locator("[data-problem=publish]")).to_contain_text("请换时间或换地点")
    expect(page.locator("[data-problem=publish]")).not_to_contain_text("errors")
    phone.judge("venue-refused")
    phone.follow("修改")
    page.get_by_label("开始", exact=True).fill(local(8, "15:00"))
    expect(page.get_by_label("结束", exact=True)).to_have_value(local(8, "17:00"))
    phone.press("保存修改")
    expect(page.locator("#page .facts")).to_contain_text("15:00")
    phone.press("发布", exact=True)
    phone.told("已发布，共 4 场")
    expect(page.locator("#page .cards > li")).to_have_count(4)
    phone.judge("published")

    meeting = page.locator("#page .cards a").nth(1).get_attribute("href").rsplit("/", 1)[-1]
    neighbour.ask("POST", neighbour.here(f"/occurrences/{meeting}/reservations"), {})
    expect(page.locator("#page .cards > li").nth(1)).to_contain_text("成人 1")
    page.locator("#page .cards a").nth(1).click()
    expect(page.locator("h1")).to_have_text("周五晚上太极拳")
    changing(phone)
    phone.press("取消这一场")
    expect(page.get_by_label("原因（会告诉大家）")).to_be_focused()
    phone.judge("cancelling")
    page.get_by_label("原因（会告诉大家）").fill("老师请假")
    phone.press("确定取消")
    expect(page.locator("#page .card").first).to_contain_text("已取消：老师请假")
    phone.judge("cancelled")
    told = neighbour.ask("GET", neighbour.here("/notices?state=unread"))["notices"]
    assert any("周五晚上太极拳" in one["text_zh"] for one in told), told
    phone.follow("整个活动")
    expect(page.locator("#page .cards > li").nth(1)).to_contain_text("已取消")
    helping(phone)
    editing(phone)
    splitting(phone)
    return [phone]


def changing(phone):
    """One meeting, then it and all that follow, then its places."""
    page = phone.page
    page.locator("#page summary", has_text="改时间、地点或说明").click()
    phone.judge("changing")
    page.get_by_label("开始", exact=True).fill(local(15, "16:00"))
    phone.press("保存修改")
    phone.told("已保存")
    expect(page.locator("#page .facts")).to_contain_text("16:00")
    page.locator("#page summary", has_text="改名额").click()
    page.get_by_label("成人", exact=True).fill("0")
    phone.press("保存名额")
    expect(page.get_by_label("李斌")).to_be_visible()
    phone.judge("below-held")
    page.get_by_label("成人", exact=True).fill("3")
    phone.press("保存名额")
    phone.told("名额已改")
    expect(page.locator("#page .facts")).to_contain_text("成人 2")


def helping(phone):
    """Somebody of the household helps, and helps no more."""
    page = phone.page
    # Whoever has never signed in is asked for nothing.
    subprocess.run(["linli", "session", "R02110"], check=True, stdout=subprocess.DEVNULL)
    page.locator("#page summary", has_text="请人一起组织").click()
    page.get_by_label("请谁？").select_option(label="郁雪梅")
    phone.judge("helping")
    phone.press("请他/她一起组织")
    phone.told("已办好")
    expect(page.locator("#page .plain")).to_contain_text("郁雪梅")
    phone.press("移除")
    phone.press("移除")
    expect(page.locator("#page .plain")).not_to_contain_text("郁雪梅")
    page.locator("#page summary", has_text="海报二维码").click()
    expect(page.locator("#page img.poster")).to_be_visible()
    # The page lets nothing be evaluated, and so nothing be waited for in its own words.
    expect(page.locator("#page img.poster")).to_have_js_property("complete", True)
    assert page.locator("#page img.poster").evaluate("image => image.naturalWidth") > 0
    phone.judge("poster")


def editing(phone):
    """All that is to come gets another title; the page says what it repeats in words."""
    page = phone.page
    phone.follow("修改")
    expect(page.get_by_label("名称", exact=True)).to_have_value("周五晚上太极拳")
    expect(page.get_by_label("一共几次")).to_have_value("4")
    phone.judge("editing")
    page.get_by_label("名称", exact=True).fill("周五晚上八段锦")
    phone.press("保存修改")
    expect(page.locator("h1")).to_have_text("周五晚上八段锦")
    phone.follow("照着再办一个")
    expect(page.get_by_label("名称", exact=True)).to_have_value("周五晚上八段锦")
    phone.follow("组织", "#pages")
    expect(page.locator("#page .card")).to_have_count(1)
    phone.judge("list")


def splitting(phone):
    """The last two meetings move, and are an activity of their own from then on."""
    page = phone.page
    page.locator("#page .cards a").first.click()
    page.locator("#page .cards a").nth(2).click()
    page.locator("#page summary", has_text="改时间、地点或说明").click()
    page.get_by_label("改哪些").select_option(label="这一场和以后各场")
    page.get_by_label("开始", exact=True).fill(local(22, "13:30"))
    page.get_by_label("结束", exact=True).fill(local(22, "14:30"))
    phone.press("保存修改")
    phone.told("已保存")
    expect(page.locator("#page .facts")).to_contain_text("13:30–14:30")
    phone.follow("整个活动")
    expect(page.locator("#page .cards > li")).to_have_count(2)
    expect(page.locator("#page .cards > li").nth(1)).to_contain_text("13:30–14:30")
    phone.follow("组织", "#pages")
    expect(page.locator("#page .card")).to_have_count(2)


def listing_both(lead, *guests):
    """A meeting of who has both guests listed: from the first block on lists lack a share of all."""
    for organiser in (lead, *map(Organiser, ("R02002", "R02110"))):
        _, (meeting,) = organiser.publish("今晚包馄饨", local(minutes=45), local(minutes=105),
                                          {"adult": 9}, kind="festival")
        made = [one.ask("POST", one.here(f"/occurrences/{meeting}/reservations"), {})["id"]
                for one in guests]
        path = organiser.here(f"/occurrences/{meeting}/participants")
        if len(organiser.ask("GET", path)["participants"]) == len(guests):
            return organiser, meeting
        for guest, reservation in zip(guests, made):
            guest.ask("POST", guest.here(f"/reservations/{reservation}/cancellation"), {})
    raise AssertionError("nobody has both on the list")


def attending(browser, people):
    """A neighbour shows a code, another is called; one who did not come has a say."""
    family, neighbour = people["family"], people["neighbour"]
    lead, meeting = listing_both(people["lead"], family, neighbour)
    guest = Reader(browser, PHONE, "zh-CN", "guest", neighbour)
    guest.open(f"/activities.html#/occurrence/{meeting}")
    guest.press("取签到码")
    shown = guest.page.locator("#page output")
    expect(shown).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    guest.judge("code")
    scanned = scan(guest.page.locator("#page .code svg").screenshot())
    desk = Reader(browser, DESK, "zh-CN", "roll", lead)
    desk.open(f"/activities.html#/occurrence/{meeting}")
    desk.follow("您是组织者")
    desk.follow("参加的人和签到")
    expect(desk.page.locator("#page .roll > li")).to_have_count(2)
    desk.page.get_by_label("输入签到码").fill("1234 5678")
    desk.press("签到", exact=True)
    expect(desk.page.locator("[data-problem=form]")).to_contain_text("没有这个签到码")
    desk.judge("wrong-code")
    # As an organiser's phone does that has read the picture.
    desk.page.goto(scanned)
    expect(desk.page.get_by_label("输入签到码")).to_have_value(shown.inner_text().replace(" ", ""))
    desk.press("签到", exact=True)
    desk.told("李斌 已签到")
    expect(desk.page).to_have_url(re.compile(f"#/roll/{meeting}$"))
    desk.judge("here")
    expect(guest.page.locator("#own")).to_contain_text("已签到")

    advance(120 * 60)
    guest.page.reload()
    guest.page.get_by_label("很好").check()
    guest.page.get_by_label("还想说什么").fill("馄饨很香")
    guest.judge("feedback")
    guest.press("提交")
    expect(guest.page.locator("#page")).to_contain_text("谢谢您的反馈")
    guest.page.get_by_label("写留言").fill("下次还来！")
    guest.press("发布留言")
    expect(guest.page.locator(".thread")).to_contain_text("下次还来！")
    guest.judge("commented")

    desk.page.reload()
    desk.press("没来")
    desk.judge("no-show")
    desk.press("记为没来")
    desk.told("已记下")
    desk.follow("回到这一场")
    expect(desk.page.locator("#page")).to_contain_text("馄饨很香")
    desk.judge("feedback")
    accused = Reader(browser, PHONE, "zh-CN", "accused", family)
    accused.open("/activities.html#/mine")
    accused.judge("mine")
    accused.follow("未到记录")
    accused.press("不对，我来了")
    accused.page.get_by_label("请说明").fill("我来了，只是没有签到。")
    accused.judge("dispute")
    accused.press("提交异议")
    expect(accused.page.locator("#page .card")).to_contain_text("等居委会裁定")
    judge = Reader(browser, DESK, "zh-CN", "committee", people["committee"])
    judge.open("/activities.html#/no-shows")
    expect(judge.page.locator("#page")).to_contain_text("我来了，只是没有签到。")
    judge.press("不算未到")
    judge.page.get_by_label("理由").fill("有邻居证明。")
    judge.judge("deciding")
    judge.press("不算未到")
    expect(accused.page.locator("#page .card")).to_contain_text("不算未到")
    return [guest, desk, accused, judge]


def scan(picture):
    """What zxing-cpp reads in a picture of the screen."""
    read = ("import io, sys, zxingcpp; from PIL import Image; "
            "print(zxingcpp.read_barcodes(Image.open(io.BytesIO(sys.stdin.buffer.read())))[0].text)")
    return subprocess.run([os.environ["LINLI_SCANNER"], "-c", read], input=picture, check=True,
                          stdout=subprocess.PIPE).stdout.decode().strip()


def subscribing(browser, people):
    """One's calendar gets a link, which works until it is revoked."""
    lead, family = people["lead"], people["family"]
    _, (meeting,) = lead.publish("阳台种菜", local(5, "10:00"), local(5, "11:00"), {"adult": 9})
    family.ask("POST", family.here(f"/occurrences/{meeting}/reservations"), {})
    phone = Reader(browser, PHONE, "zh-CN", "calendar", family)
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.open("/activities.html#/mine")
    phone.follow("放进手机日历")
    expect(phone.page.locator("#page")).to_contain_text("还没有日历链接")
    phone.judge("none")
    phone.page.get_by_label("看哪些内容").select_option(label="一个场地的占用时间")
    expect(phone.page.get_by_label("哪个场地")).to_be_visible()
    phone.page.get_by_label("看哪些内容").select_option(label="与我有关的活动")
    expect(phone.page.get_by_label("哪个场地")).to_be_hidden()
    phone.press("新建链接")
    expect(phone.page.locator("#calendar-address")).to_be_focused()
    phone.judge("made")
    phone.press("复制链接")
    phone.told("已复制")
    address = phone.page.evaluate("navigator.clipboard.readText()")
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert "阳台种菜" in answer.read().decode(), "the calendar is not the reader's"
    # It is shown this once.
    phone.page.reload()
    expect(phone.page.locator("#page .plain")).to_contain_text("与我有关的活动")
    expect(phone.page.locator("#calendar-address")).to_have_count(0)
    phone.press("停用")
    phone.judge("revoking")
    phone.press("确定停用")
    phone.told("已停用")
    expect(phone.page.locator("#page")).to_contain_text("还没有日历链接")
    try:
        urllib.request.urlopen(address, timeout=10)
    except urllib.error.HTTPError as error:
        assert error.code == 404, f"a revoked link answers {error.code}"
    else:
        raise AssertionError("a revoked link still opens a calendar")
    desk = Reader(browser, DESK, "en-GB", "calendar-en", family)
    desk.open("/activities.html#/calendar")
    desk.seniors()
    desk.press("Make the link")
    expect(desk.page.locator("#calendar-address")).to_be_focused()
    desk.judge("made")
    return [phone, desk]


def reviewed(browser, people):
    """What is for elders is published once its organiser has declared, and waits for a review."""
    lead = people["lead"]
    made = lead.ask("POST", lead.here("/activities"), {
        "audience": [{"kind": "estate"}], "kind": "health", "meant_for": "elders",
        "title_zh": "八段锦", "body_zh": "一起练。", "place_text": "中心花园凉亭",
        "starts": local(5, "09:00"), "ends": local(5, "10:00"),
        "seats": [{"kind": "adult", "total": 9}]})
    phone = Reader(browser, PHONE, "zh-CN", "reviewed", lead)
    phone.open(f"/activities.html#/activity/{made['activity']['id']}")
    phone.press("发布")
    expect(phone.page.locator("[data-problem=publish]")).to_contain_text("保健品")
    phone.page.get_by_label("我保证").check()
    phone.judge("declared")
    phone.press("发布")
    expect(phone.page.locator("#page")).to_contain_text("正在等社工审核")
    phone.judge("held")
    expect(phone.button("发布")).to_have_count(0)
    return [phone]


def in_english(browser, people):
    """Every page in English, on a desk and in the seniors' view."""
    family, lead = people["family"], people["lead"]
    activity, meetings = lead.publish(
        "每天早上散步", local(1, "07:00"), local(1, "08:00"), {"adult": 30, "wheelchair": 2},
        rrule="FREQ=DAILY;COUNT=3", title_en="A walk every morning",
        body_en="Around the estate.", opens_minutes=20_000, closes_minutes=60)
    readers = []
    for person, name, paths in (
            (family, "english", ["/", f"/occurrence/{meetings[0]}", f"/comments/{activity}",
                                 "/mine", "/notices", "/organise", "/draft", "/no-shows"]),
            (lead, "english-lead", ["/organise", f"/activity/{activity}", f"/edit/{activity}",
                                    f"/manage/{meetings[0]}", f"/roll/{meetings[0]}"])):
        reader = Reader(browser, DESK, "en-GB", name, person)
        reader.open("/activities.html")
        reader.seniors()
        for path in paths:
            reader.page.goto(f"{SITE}/activities.html#{path}")
            expect(reader.page.locator("#main")).to_have_attribute("aria-busy", "false")
            reader.page.evaluate(
                "for (const one of document.querySelectorAll('details')) one.open = true")
            reader.judge(path.split("/")[1] or "feed")
            chinese = reader.page.evaluate("""() => [...document.querySelectorAll(
                'button, label, legend, summary, h2, dt, .hint, nav a')].filter((e) =>
                e.checkVisibility()
                && !e.closest('[lang^=zh]') && !e.querySelector('[lang^=zh]') && e.id !== 'language'
                && !e.querySelector('input[type=checkbox]')
                && /[\\u4e00-\\u9fff]/.test(e.innerText)).map((e) => e.innerText)""")
            reader.faults += [f"{name} {path}: Chinese in English: {text}" for text in chinese]
        readers.append(reader)
    return readers

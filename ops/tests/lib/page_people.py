"""One's own affairs on the pages: standing, devices, ties, absences, visibility, blocks."""
import re

from playwright.sync_api import expect

from page_joining import last_code
from pages import (DESK, NARROW, PHONE, SENIORS_TARGET_PIXELS_MIN, SITE, Person, Reader)

OWN_PAGES = ("me", "talks", "vouch", "devices", "roles", "ties", "absences", "visibility", "readers",
             "blocks", "posts", "data", "erasure",
             "retention")


def tour(reader, pages):
    """Judges each page with all its forms open: the sizes, and by axe in the seniors' view."""
    for name in pages:
        reader.page.goto(f"{SITE}/activities.html#/{name}")
        expect(reader.page.locator("#main")).to_have_attribute("aria-busy", "false")
        expect(reader.page.locator("#trouble")).to_be_hidden()
        reader.page.evaluate(
            "for (const one of document.querySelectorAll('details')) one.open = true")
        state = name.split("/")[0]
        if reader.target == SENIORS_TARGET_PIXELS_MIN:
            reader.judge(state)
        else:
            reader.measure(state)
            reader.faults += [f"{reader.name} {state}: Chinese in English: {text}"
                              for text in chinese(reader)]


def chinese(reader):
    """Chinese words that are left on a page in English, but for what people wrote and are called."""
    return reader.page.evaluate("""() => [...document.querySelectorAll(
        '#page :is(button, label, legend, summary, h2, dt, .hint, .act)')].filter((e) =>
        e.checkVisibility() && !e.matches('[href^="#/person/"]')
        && !e.closest('[lang^=zh]') && !e.querySelector('[lang^=zh], input')
        && /[\\u4e00-\\u9fff]/.test(e.innerText)).map((e) => e.innerText)""")


def unfold(reader, title):
    reader.page.locator("#page summary", has_text=title).click()


def own_affairs(browser, people):
    """A resident looks after itself: a tie by a code, an absence, a block, one button for all."""
    neighbour, family = people["neighbour"], people["family"]
    phone = Reader(browser, NARROW, "zh-CN", "own", neighbour)
    page = phone.page
    phone.open("/activities.html")
    expect(page.locator("#pages")).not_to_contain_text("办公台")
    page.locator("#pages").get_by_role("link", name="我的", exact=True).click()
    expect(page.locator("#page")).to_contain_text("住户已验证")
    expect(page.locator("#page")).to_contain_text("请带身份证件到居委会")

    phone.follow("亲友关系")
    unfold(phone, "出示关系码")
    page.get_by_label("什么关系").first.select_option(label="朋友")
    phone.press("出示", exact=True)
    shown = page.locator("#page output")
    expect(shown).to_have_text(re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$"))
    phone.judge("tie-code")
    other = Reader(browser, PHONE, "zh-CN", "tie", family)
    other.open("/activities.html#/ties")
    unfold(other, "输入关系码")
    field = other.page.get_by_label("输入关系码", exact=True)
    field.fill("0000-0000")
    other.press("确认关系")
    expect(other.page.locator("[data-problem=type]:visible")).to_be_visible()
    other.judge("wrong-tie-code")
    field.fill(shown.inner_text().lower())
    other.press("确认关系")
    other.told("已确认")
    expect(other.page.locator("#page .card", has_text="李斌")).to_contain_text("朋友")
    # The other's page hears of it.
    expect(page.locator("#page .card", has_text="王斌")).to_contain_text("朋友")

    phone.page.goto(f"{SITE}/activities.html#/absences")
    unfold(phone, "登记外出或住院")
    page.get_by_label("是什么").select_option(label="住院")
    phone.press("登记", exact=True)
    phone.told("已登记")
    expect(page.locator("#page .card h3")).to_have_text("我")
    phone.press("已经回来了")
    phone.told("已登记回来")
    expect(page.locator("#page")).to_contain_text("没有登记。")

    phone.page.goto(f"{SITE}/activities.html#/blocks")
    expect(page.locator("#page")).to_contain_text("对方不会收到通知")
    unfold(phone, "屏蔽一个人")
    page.get_by_label("谁").select_option(label="王斌")
    # By the keyboard alone.
    phone.button("屏蔽", exact=True).focus()
    page.keyboard.press("Enter")
    phone.told("已屏蔽")
    phone.judge("blocked")
    phone.press("解除屏蔽")
    expect(page.locator("#page [data-ask] button").first).to_be_focused()
    phone.press("解除屏蔽")
    phone.told("已解除")
    revoking(phone)
    phone.seniors()
    tour(phone, OWN_PAGES)
    desk = Reader(browser, DESK, "en-GB", "own-en", neighbour)
    desk.open("/activities.html")
    tour(desk, OWN_PAGES)
    return [phone, other, desk]


def vouched(browser, people):
    """Who signs in by a code alone is proved by one of its household, by two digits."""
    # Whom the register has is vouched for once it has signed in.
    Person("R00587")
    guest = Reader(browser, PHONE, "zh-CN", "vouched")
    guest.open("/activities.html#/sign-in")
    guest.page.get_by_label("手机号").fill("15400000443")
    guest.press("发送验证码")
    expect(guest.page.get_by_label("短信里的六位验证码")).to_be_visible()
    guest.page.get_by_label("短信里的六位验证码").fill(last_code())
    guest.press("登录")
    guest.press("以后再说")
    guest.page.goto(f"{SITE}/activities.html#/me")
    expect(guest.page.locator("#page")).to_contain_text("还没有验证是您本人")
    guest.judge("unproved")
    guest.follow("验证这台设备")
    guest.press("请家人或办公台确认")
    asked = guest.page.locator("#page .number")
    expect(asked).to_contain_text(re.compile(r"\d\d"))
    number = re.search(r"\d\d", asked.inner_text())[0]
    home = Reader(browser, PHONE, "zh-CN", "vouching", people["neighbour"])
    home.open("/activities.html#/me")
    home.follow("有 1 位家人请您确认登录")
    expect(home.page.locator("#page .card h3")).to_have_text("张燕")
    home.page.get_by_label("两位数字").fill(str(10 + (int(number) + 1) % 90))
    home.press("确认是本人")
    expect(home.page.locator("[data-problem=form]")).to_be_visible()
    home.judge("wrong-number")
    home.page.get_by_label("两位数字").fill(number)
    home.press("确认是本人")
    home.told("已确认：张燕")
    guest.page.goto(f"{SITE}/activities.html#/me")
    expect(guest.page.locator("#page")).to_contain_text("家人确认")
    return [guest, home]


def revoking(phone):
    """All that can be taken back goes at one button, after a question."""
    phone.page.goto(f"{SITE}/activities.html#/visibility")
    # A session besides the one that asks.
    other = Person("R00586")
    phone.page.reload()
    phone.press("一次全部收回")
    expect(phone.page.locator("#page")).to_contain_text("通行密钥保留")
    phone.judge("revoking")
    phone.press("全部收回")
    phone.told("已收回")
    try:
        other.ask("GET", "/api/v1/me")
    except AssertionError as refused:
        assert "401" in str(refused), refused
    else:
        raise AssertionError("another session outlived its end")

"""Donated goods on the pages: a household's word, and a volunteer's desk of hand-over."""
import re

from playwright.sync_api import expect

from page_help_office import shown
from page_joining import local
from page_people import tour, unfold
from pages import DESK, NARROW, PHONE, Reader

# Where goods lie.
ROOM = "爱心物资间"


def day(days):
    """A day, some days from now."""
    return local(days, "00:00")[:10]


def kept(people, category, name, **more):
    """Some of an item lie at the room, and are set aside for a household that needs them."""
    committee, volunteer, family = people["committee"], people["volunteer"], people["family"]
    room = next(one["id"] for one in volunteer.ask(
        "GET", volunteer.here("/goods/places"))["places"] if one["name_zh"] == ROOM)
    item = committee.ask("POST", committee.here("/goods/items"), {
        "name_zh": name, "name_en": name, "category": category, "unit": "piece", "scale": 0,
        "is_perishable": False, **more})["id"]
    for _ in range(2):
        volunteer.ask("POST", volunteer.here("/goods/intakes"), {
            "place": room, "source": "anonymous", "lines": [{"item": item, "quantity": "1"}]})
    need = family.ask("POST", family.here("/goods/needs"), {
        "category": category, "unit": "piece", "quantity": "1", "until": day(40)})["id"]
    committee.ask("POST", committee.here(f"/goods/needs/{need}/decision"), {"decision": "confirm"})
    made = committee.ask("POST", committee.here("/goods/allocations"),
                         {"room": room, "category": category, "unit": "piece"})
    committee.ask("POST", committee.here(f"/goods/allocations/{made['round']['id']}/acceptance"))
    return room


def valuable(browser, people, desk):
    """What is valuable waits for a second person on duty; what is spoilt is handed over as another."""
    room = kept(people, "appliance", "电饭煲", name_en="Rice cooker", is_valuable=True)
    kept(people, "bedding", "毛毯", name_en="Blanket")
    committee, family = people["committee"], people["family"]
    committee.ask("POST", committee.here("/roles"), {
        "person": people["lead"].person, "role": "volunteer", "place": room,
        "because": "volunteered"})
    parcels = family.ask("GET", family.here("/me/parcels"))["parcels"]
    codes = {part["name_zh"]: one["code"] for one in parcels for part in one["parts"]}
    word = family.ask("POST", family.here("/me/parcel-words"), {})["word"]
    page = desk.page
    page.reload()
    page.get_by_label("口令或领取卡号").fill(word)
    desk.press("登记到访")
    desk.told("请核对包裹代号")
    shown(desk, "贵重：请另一位当值的在场确认")
    desk.press(f"整个交付 {codes['电饭煲']}")
    expect(page.locator("#page [data-problem]:visible")).to_contain_text("贵重物资要两人经手")
    desk.judge("valuable")
    second = Reader(browser, NARROW, "zh-CN", "second-of-goods", people["lead"])
    second.open("/activities.html" + page.locator("#page .number a").get_attribute("href"))
    second.judge("second")
    second.press("我在场，看过了")
    second.told("已记下")
    second.seniors()
    second.judge("stood-by")
    # Both desks have one queue.
    second.open("/activities.html#/goods")
    shown(second, "✓ 第二人在场")
    second.judge("one-queue")
    desk.press(f"整个交付 {codes['电饭煲']}")
    desk.told("已交付")
    unfold(desk, f"用别的代替 {codes['毛毯']}")
    fold = page.locator("[data-fold^=instead]:has([type=submit]:visible)")
    desk.judge("instead")
    fold.get_by_label("交多少").fill("9")
    desk.press("这样交付")
    expect(page.locator("#page [data-problem]:visible")).to_be_visible()
    fold.get_by_label("交多少").fill("1")
    desk.press("这样交付")
    desk.told("已交付")
    expect(page.locator("#page .mark.fresh").filter(has_text="✓ 已交付")).to_have_count(2)
    desk.faults += second.end()


def shared(people):
    """Two households need rice, which lies at a room whose volunteer is on duty, set aside."""
    committee, volunteer = people["committee"], people["volunteer"]
    places = committee.ask("GET", committee.here("/places?kind=public&limit=100"))["places"]
    room = next(one["id"] for one in places if one["name_zh"] == ROOM)
    committee.ask("POST", committee.here("/goods/places"), {"place": room})
    committee.ask("POST", committee.here("/roles"), {
        "person": volunteer.person, "role": "volunteer", "place": room, "because": "volunteered"})
    item = committee.ask("POST", committee.here("/goods/items"), {
        "name_zh": "大米", "name_en": "Rice", "category": "food", "unit": "bag", "scale": 0,
        "is_perishable": True, "allergens": ["gluten"]})["id"]
    volunteer.ask("POST", volunteer.here("/goods/intakes"), {
        "place": room, "source": "anonymous",
        "lines": [{"item": item, "quantity": "4", "expires_on": day(60)}]})
    for who in ("neighbour", "family"):
        need = people[who].ask("POST", people[who].here("/goods/needs"), {
            "category": "food", "unit": "bag", "quantity": "2", "until": day(40)})["id"]
        committee.ask("POST", committee.here(f"/goods/needs/{need}/decision"),
                      {"decision": "confirm"})
    made = committee.ask("POST", committee.here("/goods/allocations"),
                         {"room": room, "category": "food", "unit": "bag"})
    committee.ask("POST", committee.here(
        f"/goods/allocations/{made['round']['id']}/acceptance"))


def handing(browser, people):
    """A neighbour reads a word to the volunteer, who hands over by a code, and undoes a mistake."""
    shared(people)
    phone = Reader(browser, NARROW, "zh-CN", "fetching", people["neighbour"])
    phone.open("/activities.html#/help")
    phone.follow("我的物资")
    shown(phone, "留着，等人来领")
    code = phone.page.locator("#page .digits").inner_text()
    phone.press("取一个口令")
    word = phone.page.locator("#page output")
    expect(word).to_have_text(re.compile(r"^\d{8}$"))
    phone.judge("word")
    desk = Reader(browser, PHONE, "zh-CN", "desk-of-goods", people["volunteer"])
    desk.open("/activities.html#/help")
    desk.follow("发物资")
    expect(desk.page.locator("#page .cards .digits")).to_have_count(2)
    serving(desk, code, word.inner_text())
    # The event of a hand-over is the room's: a household's page learns of it when it reads again.
    phone.page.reload()
    shown(phone, "✓ 已领走")
    valuable(browser, people, desk)
    phone.seniors()
    tour(phone, ("my-goods",))
    desk.seniors()
    tour(desk, ("goods",))
    english = Reader(browser, DESK, "en-GB", "goods-en", people["volunteer"])
    english.open("/activities.html")
    tour(english, ("goods", "my-goods"))
    return [phone, desk, english]


def serving(desk, code, word):
    """The volunteer sees a number and a code; what was opened stays when the page is loaded anew."""
    page = desk.page
    field = page.get_by_label("口令或领取卡号")
    field.fill("12345678")
    desk.press("登记到访")
    expect(page.locator("[data-problem=form]")).to_contain_text("口令不对")
    desk.judge("wrong-word")
    field.fill(word)
    desk.press("登记到访")
    desk.told("请核对包裹代号")
    expect(desk.button(f"整个交付 {code}")).to_be_focused()
    expect(page.locator("#page")).not_to_contain_text("李斌")
    shown(desk, "! 含：麸质")
    desk.judge("come")
    page.reload()
    unfold(desk, f"只交一部分 {code}")
    much = page.get_by_label("交多少")
    much.fill("0")
    desk.press("只交一部分", exact=True)
    shown(desk, "请写交多少")
    much.fill("1")
    desk.press("只交一部分", exact=True)
    desk.told("已交付")
    desk.judge("handed")
    desk.press(f"撤销交付 {code}")
    desk.told("已撤销")
    desk.press(f"整个交付 {code}")
    desk.told("已交付")
    shown(desk, "✓ 已交付")
    desk.press("这一位办完了")
    shown(desk, "今天还没有人来。")
    expect(page.locator("#page .cards .digits")).to_have_count(1)

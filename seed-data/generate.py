#!/usr/bin/env python3
"""Writes the CSV files of seed-data/: the first estate and its small neighbour.

Everything is invented and drawn from one fixed seed, so that a second run writes the same bytes:

    python3 seed-data/generate.py && git diff --exit-code seed-data

Only Python's standard library is used. The columns are documented in README.md.
"""

import csv
import datetime
import pathlib
import random

SEED = 20040903
TODAY = datetime.date(2026, 1, 1)  # ages and terms are counted from here, never from the clock
HERE = pathlib.Path(__file__).resolve().parent

SURNAMES = (
    ["张", "王", "李", "陈", "刘"] * 7 + ["徐", "朱", "沈", "周", "吴", "陆", "黄", "杨"] * 4
    + ["顾", "赵", "孙", "姚", "钱", "施", "潘", "曹", "蒋", "金", "俞", "陶", "邵", "唐", "龚"] * 2
    + ["瞿", "虞", "欧阳", "诸葛", "上官", "奚", "郁", "翁", "𬱖", "闵"])
GIVEN = {
    "elder_m": "国强 建国 志明 根发 福生 德明 金龙 永康 阿大 宝根 祥林 荣生 国华 文彬".split(),
    "elder_f": "秀英 桂英 玉兰 凤珍 美娟 翠娥 阿妹 秀珍 惠芬 兰芳 月琴 银娣 林妹 雅芬".split(),
    "adult_m": "伟 强 磊 军 杰 勇 涛 明 斌 峰 俊 宏伟 志强 晓东 建平 海波 文杰 嘉伟".split(),
    "adult_f": "敏 静 丽 燕 芳 娟 洁 艳 萍 霞 婷 晓燕 海英 雪梅 佳怡 慧敏 文静 丽华".split(),
    "young_m": "子轩 浩然 宇航 俊杰 思远 天佑 一鸣 嘉豪".split(),
    "young_f": "欣怡 雨桐 梓涵 诗雨 佳琪 思雨 若曦 可心".split(),
}
# Stair, building, floors, residences a floor: 903 in all.
STAIRS = [
    ("1号", "1幢", 24, 4), ("2号", "2幢", 24, 4), ("3号", "2幢", 24, 4), ("4号", "3幢", 28, 4),
    ("5号", "4幢", 25, 3), ("6号", "4幢", 25, 3), ("7号", "5幢", 28, 4), ("8号", "6幢", 29, 3),
    ("9号", "6幢", 29, 2), ("10号", "7幢", 24, 4)]
AREAS = {2: [138.42, 141.06], 3: [118.73, 92.15, 121.30], 4: [96.58, 74.21, 73.94, 98.87]}

HEADERS = {
    "estates": "小区编号 小区名称 英文名称 市 区 街道 居委会 建成年份 时区 物业服务企业".split(),
    "places": "地点编号 类型 名称 英文名称 上级编号".split(),
    "residences": "门牌号 室号 楼层 面积".split(),
    "households": "户编号 门牌号 室号 居住方式 入住日期 迁出日期".split(),
    "persons": "编号 姓名 出生日期 手机号 语言 账号编号".split(),
    "memberships": "编号 户编号 身份 业主 起始日期 终止日期".split(),
    "roles": "编号 角色 范围类型 范围 起始日期 终止日期".split(),
    "ties": "编号甲 关系 编号乙 起始日期 终止日期".split(),
    "delegations": "代办人编号 委托人编号 事项 起始日期 终止日期".split(),
    "venues": "地点编号 准备分钟 清场分钟 提前分钟 每月小时上限 可用对象".split(),
    "venue-hours": "地点编号 星期 开始 结束".split(),
    "place-minutes": "起点编号 终点编号 分钟".split(),
    "reservation-limits": "用途 对象 计量 周期 上限".split(),
}
COMMITTEE = "秋水云庐居委"
WEEK = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
# Rules of the venues, and their hours: (weekdays, from, to).
VENUES = [
    (["GG03", 30, 30, 1440, 12, "居民、志愿者"],
     [(WEEK, "08:30", "11:30"), (WEEK, "13:00", "20:30")]),
    (["GG05", 0, 10, 120, 8, "居民"], [(WEEK[1:], "09:00", "17:00")]),
    (["GG06", 30, 45, 2880, "", "居委会委员、志愿者"], [(WEEK[:6], "13:30", "16:30")]),
    (["GG07", 20, 20, 1440, 12, "居民"], [(WEEK, "07:00", "21:00")]),
    (["GG08", 10, 10, 720, 6, "居民"], [(WEEK, "08:00", "20:00")]),
    (["GG09", 0, 0, 60, "", ""], [(WEEK, "05:00", "22:00")]),
]
# Minutes on foot where they are not 10: from each of these to each of those.
MINUTES = [
    (["GG03"], ["GG05", "GG06"], 1), (["GG05"], ["GG06"], 1),
    (["GG03", "GG05", "GG06"], ["GG07"], 4), (["GG03", "GG05", "GG06"], ["GG08"], 5),
    (["GG03", "GG05", "GG06"], ["GG09"], 6), (["GG07"], ["GG08"], 2), (["GG07"], ["GG09"], 3),
    (["GG08"], ["GG09"], 3), (["8幢"], ["GG03", "GG05", "GG06"], 2),
    (["1幢", "2幢"], ["GG03", "GG05", "GG06"], 5), (["6幢", "7幢"], ["GG03", "GG05", "GG06"], 12),
    (["1幢", "2幢"], ["GG07", "GG08"], 6), (["3幢", "4幢", "5幢"], ["GG07", "GG08", "GG09"], 4),
    (["6幢", "7幢"], ["GG07", "GG08", "GG09"], 8),
]
LIMITS = [
    ["活动", "个人", "候补", "当前", 10], ["活动", "个人", "名额", "日", 6],
    ["活动", "个人", "预约", "当前", 30], ["活动", "家庭", "名额", "月", 40]]


class Estate:
    """The rows of one estate's files, and what is needed to make more of them."""

    def __init__(self, code, phone_start):
        self.rows = {name: [] for name in HEADERS}
        self.rng = random.Random(f"{SEED}/{code}")
        self.phone_next = phone_start
        self.phone_of = {}
        self.person_next = 1
        self.surname_of = {}
        self.birth_of = {}
        self.homes = []  # (stair, kind, household code, person codes), in order of residences

    def phone(self):
        self.phone_next += 1
        return f"154{self.phone_next:08d}"

    def birth(self, low, high):
        days = self.rng.randrange(low * 365, high * 365)
        return TODAY - datetime.timedelta(days=days + 1)

    def since(self, first=2004, last=2025):
        return datetime.date(self.rng.randint(first, last), self.rng.randint(1, 12),
                             self.rng.randint(1, 28))

    def person(self, pool, age, surname=None, phone="own", name=None, language="", account=""):
        """Adds a person and answers its code; `phone` is "own", "" or a number to share."""
        code = f"R{self.person_next:05d}"
        self.person_next += 1
        surname = surname or self.rng.choice(SURNAMES)
        number = self.phone() if phone == "own" else phone
        self.surname_of[code] = surname
        self.phone_of[code] = number
        self.birth_of[code] = self.birth(*age)
        self.rows["persons"].append([
            code, name or surname + self.rng.choice(GIVEN[pool]), self.birth_of[code].isoformat(),
            number, language, account])
        return code

    def join(self, person, household, standing, start, end="", owner=False):
        """Nobody moves in before birth, nobody owns or rents before 20."""
        years = 20 if owner or standing in {"户主", "租户", "合租"} else 0
        birth = self.birth_of[person]
        start = max(start, birth.replace(year=birth.year + years, day=min(birth.day, 28)))
        start = max(start, birth)
        self.rows["memberships"].append([
            person, household, standing, "是" if owner else "", start, end])

    def tie(self, one, kind, other, start, end=""):
        start = max(start, self.birth_of[one], self.birth_of[other])
        self.rows["ties"].append([one, kind, other, start, end])

    def role(self, person, role, scope_kind, scope, start, end):
        self.rows["roles"].append([person, role, scope_kind, scope, start, end])

    def household(self, home, mode, start, suffix="", end=""):
        stair, room = home
        code = f"{stair[:-1]}-{room}{suffix}"
        self.rows["households"].append([code, stair, room, mode, start, end])
        return code

    def couple(self, pools, ages, household, start, own, share=0.08):
        one = self.person(pools[0], ages)
        shared = self.rng.random() < share
        two = self.person(pools[1], ages, phone=self.phone_of[one] if shared else "own")
        self.join(one, household, "户主" if own else "租户", start, owner=own)
        self.join(two, household, "配偶", start, owner=own and self.rng.random() < 0.6)
        self.tie(one, "配偶", two, start)
        return one, two

    def children(self, parents, household, start, count, ages=(0, 17)):
        made = []
        for _ in range(count):
            pool = self.rng.choice(["young_m", "young_f"])
            age = self.rng.randint(*ages)
            own = age >= 12 and self.rng.random() < 0.7
            child = self.person(pool, (age, age + 1), self.surname_of[parents[0]],
                                phone="own" if own else "")
            self.join(child, household, "子女", start)
            for parent in parents:
                self.tie(parent, "父母", child, start)
            made.append(child)
        return made

    def family_elsewhere(self, elders, start):
        """A grown child who lives elsewhere: a person without residence, yet a contact."""
        pool = self.rng.choice(["adult_m", "adult_f"])
        child = self.person(pool, (34, 56), self.surname_of[elders[0]])
        for elder in elders:
            self.tie(elder, "父母", child, start)

    def carer(self, household, start):
        nanny = self.person("adult_f", (38, 58))
        self.join(nanny, household, "照护人", start)

    def settle(self, home, kind):
        """Fills one residence with the household or households of `kind`."""
        rng = self.rng
        own = kind in {"family", "couple", "elders", "alone", "three", "single"}
        first = {"family": 2013, "three": 2013, "couple": 2016, "single": 2016}
        start = self.since(first.get(kind, 2004) if own else 2021)
        if kind == "shared":
            people = []
            for index in range(rng.randint(2, 4)):
                begin = self.since(2023)
                code = self.household(home, "合租", begin, "ABCD"[index])
                person = self.person(rng.choice(["adult_m", "adult_f"]), (22, 36),
                                     language="en" if rng.random() < 0.08 else "")
                self.join(person, code, "合租", begin)
                people.append(person)
            self.homes.append((home[0], kind, code, people))
            return
        code = self.household(home, "自住" if own else "租住", start)
        people = []
        if kind in {"family", "tenants_family", "three"}:
            people += self.couple(("adult_m", "adult_f"), (30, 50), code, start, own, 0.03)
            people += self.children(people[:2], code, start, rng.choice([1, 1, 1, 2, 2, 3]))
            if kind == "three":
                for pool in rng.choice([("elder_f",), ("elder_m", "elder_f")]):
                    elder = self.person(pool, (62, 84), phone="own" if rng.random() < 0.8 else "")
                    self.join(elder, code, "父母", start)
                    self.tie(elder, "父母", people[0], start)
                    people.append(elder)
            elif rng.random() < 0.08:
                self.carer(code, max(start, self.since(2024)))
        elif kind in {"couple", "tenants"}:
            people += self.couple(("adult_m", "adult_f"), (24, 58), code, start, own)
        elif kind == "elders":
            people += self.couple(("elder_m", "elder_f"), (62, 90), code, start, own, 0.3)
            if rng.random() < 0.6:
                self.family_elsewhere(people, start)
            if rng.random() < 0.12:
                self.carer(code, max(start, self.since(2023)))
        elif kind == "alone":
            elder = self.person(rng.choice(["elder_m", "elder_f", "elder_f"]), (68, 95),
                                phone="own" if rng.random() < 0.85 else "")
            self.join(elder, code, "户主", start, owner=True)
            people.append(elder)
            if rng.random() < 0.7:
                self.family_elsewhere(people, start)
            if rng.random() < 0.1:
                self.carer(code, max(start, self.since(2023)))
        else:
            person = self.person(rng.choice(["adult_m", "adult_f"]), (23, 60),
                                 language="en" if rng.random() < 0.05 else "")
            self.join(person, code, "户主" if own else "租户", start, owner=own)
            people.append(person)
        if rng.random() < 0.05:  # someone who lived here before and has moved away
            gone = self.person(rng.choice(["adult_m", "adult_f"]), (26, 60))
            self.join(gone, code, "亲属", start, start + datetime.timedelta(days=80))
        self.homes.append((home[0], kind, code, people))

    def two_homes(self, count):
        """Children of parents who live apart: a member of a household in each of two residences."""
        singles = [home for home in self.homes if home[1] == "single"]
        self.rng.shuffle(singles)
        for first, second in zip(singles[0:2 * count:2], singles[1:2 * count:2]):
            since = {row[0]: row[4] for row in self.rows["households"]}
            start = max(datetime.date(2022, 9, 1), since[first[2]], since[second[2]])
            parents = [first[3][0], second[3][0]]
            child = self.children(parents, first[2], start, 1, ages=(5, 15))[0]
            self.join(child, second[2], "子女", start)

    def neighbours(self, count):
        """Neighbours of one stair who know each other."""
        for _ in range(count):
            one = self.rng.choice(self.homes)
            other = self.rng.choice([home for home in self.homes if home[0] == one[0]])
            if one is not other:
                self.tie(one[3][0], "邻里", other[3][0], self.since(2010))

    def delegations(self):
        """A few who act for others: grown children, carers and parents. Draws nothing."""
        parent_of, child_of = {}, {}
        for one, kind, other, *_ in self.rows["ties"]:
            if kind == "父母":
                parent_of.setdefault(other, one)
                child_of.setdefault(one, other)
        at_home = {}
        for person, household, standing, *_ in self.rows["memberships"]:
            at_home.setdefault(household, []).append((person, standing))
        alone = [home[3][0] for home in self.homes if home[1] == "alone"]
        without_phone = [p for p in alone if not self.phone_of[p] and p in child_of]
        with_phone = [p for p in alone if self.phone_of[p] and p in child_of]
        pairs = [(child_of[p], p) for p in without_phone[:5] + with_phone[:3]]
        for members in at_home.values():
            carers = [p for p, standing in members if standing == "照护人"]
            heads = [p for p, standing in members if standing == "户主"]
            if carers and heads and heads[0] in alone:
                pairs.append((carers[0], heads[0]))
        homes_of = {}
        for person, household, standing, *_ in self.rows["memberships"]:
            if standing == "子女":
                homes_of.setdefault(person, set()).add(household)
        two = [p for p, homes in homes_of.items() if len(homes) == 2]
        pairs += [(parent_of[p], p) for p in two[:3]]
        for index, (doer, beneficiary) in enumerate(pairs):
            # One has ended, one ends at the turn of the next year, the others later.
            last = {0: "2025-06-30", 1: "2026-12-31"}.get(index, "2028-12-31")
            start = max(datetime.date(2025, 1, 1), self.birth_of[doer], self.birth_of[beneficiary])
            # The two that end early are for announcements alone, the others for activities too.
            matters = "公告" if index < 2 else "公告、活动"
            self.rows["delegations"].append([doer, beneficiary, matters, start, last])

    def venue(self, rules, hours):
        """A public place that can be booked, and when it is open. Draws nothing."""
        self.rows["venues"].append(rules)
        self.rows["venue-hours"] += [
            [rules[0], day, opens, closes] for days, opens, closes in hours for day in days]

    def write(self, folder):
        folder.mkdir(exist_ok=True)
        for name, header in HEADERS.items():
            write(folder / f"{name}.csv", header, unique(name, self.rows[name]))


def unique(name, rows):
    """Drops a tie drawn twice: a tie is one row a pair and kind."""
    if name != "ties":
        return rows
    return list({(frozenset(row[0:3:2]), row[1] == "邻里"): row for row in rows}.values())


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)


def first_places(estate):
    places = estate.rows["places"]
    for number in range(1, 8):
        places.append([f"{number}幢", "楼栋", f"{number}幢", f"Building {number}", ""])
    places.append(["8幢", "商业楼", "商业楼", "Commercial building", ""])
    for stair, building, _, _ in STAIRS:
        places.append([stair, "门牌", stair, f"No. {stair[:-1]}", building])
    for row in [
        ["GG01", "公共场所", "管理中心", "Management centre", "8幢"],
        ["GG02", "公共场所", "值班室", "Duty room", "8幢"],
        ["GG03", "公共场所", "社区活动室", "Activity room", "8幢"],
        ["GG04", "公共场所", "爱心物资间", "Goods room", "8幢"],
        ["GG05", "公共场所", "图书角", "Reading corner", "8幢"],
        ["GG06", "公共场所", "助餐点", "Meal room for elders", "8幢"],
        ["GG07", "公共场所", "中心花园", "Central garden", ""],
        ["GG08", "公共场所", "儿童乐园", "Children's playground", ""],
        ["GG09", "公共场所", "健身步道", "Fitness path", ""],
        ["GG10", "公共场所", "工具间", "Tool room", "8幢"],
        ["CR01", "出入口", "正门", "Main gate", ""],
        ["CR02", "出入口", "东侧门", "East side gate", ""],
        ["CR03", "出入口", "车行出入口", "Car entrance", ""],
        ["DK01", "地库", "地下车库", "Underground garage", ""],
    ]:
        places.append(row)
    for number in range(1, 401):
        parent = "DK01" if number <= 340 else ""
        places.append([f"CW{number:03d}", "车位", f"{number}号车位", f"Parking {number}", parent])


def first_homes(estate):
    homes = []
    for stair, _, floors, width in STAIRS:
        for floor in range(1, floors + 1):
            for column in range(width):
                room = f"{floor}{column + 1:02d}"
                estate.rows["residences"].append([stair, room, floor, AREAS[width][column]])
                homes.append((stair, room))
    kinds = ["family", "couple", "elders", "alone", "three", "single", "tenants_family",
             "tenants", "tenant", "shared"]
    weights = [30, 13, 13, 10, 10, 6, 5, 5, 5, 3]
    for home in homes:
        estate.settle(home, estate.rng.choices(kinds, weights)[0])


def residents(estate, kinds, stair=None):
    return [home[3][0] for home in estate.homes
            if home[1] in kinds and stair in (None, home[0])]


def serve(estate, code):
    """The roles of the first estate; answers the demo people."""
    rng = estate.rng
    start, end = datetime.date(2024, 7, 1), datetime.date(2029, 6, 30)
    demo = {}
    for index in range(3):  # the committee works here, without a residence
        person = estate.person("adult_f" if index != 1 else "adult_m", (32, 55),
                               account="QSYL-01" if index == 0 else "")
        scope = ("居委会", COMMITTEE) if index == 0 else ("小区", code)
        estate.role(person, "居委会委员", *scope, start, end)
        demo.setdefault("committee", person)
    worker = estate.person("adult_f", (26, 40))
    estate.role(worker, "社工", "小区", code, start, datetime.date(2027, 6, 30))
    for person in rng.sample(residents(estate, {"family", "couple"}), 5):
        estate.role(person, "业委会委员", "小区", code, datetime.date(2023, 5, 1),
                    datetime.date(2028, 4, 30))
    for index in range(10):
        guard = index >= 4
        person = estate.person("adult_m" if guard or index % 2 else "adult_f", (24, 58))
        role = "值班保安" if guard else "物业员工"
        estate.role(person, role, "小区", code, datetime.date(2025, 1, 1),
                    datetime.date(2027, 12, 31))
    leaders = []
    for stair, _, _, _ in STAIRS:
        numbers = list(estate.phone_of.values())
        leader = rng.choice([
            p for p in residents(estate, {"elders", "couple", "three"}, stair)
            if numbers.count(estate.phone_of[p]) == 1])
        leaders.append(leader)
        estate.role(leader, "楼组长", "门牌", stair, datetime.date(2025, 3, 1),
                    datetime.date(2028, 2, 29))
    taken = list(estate.phone_of.values())
    pool = [p for p in residents(estate, {"family", "couple", "elders", "tenant", "tenants"})
            if taken.count(estate.phone_of[p]) == 1 and p not in leaders]
    volunteers = rng.sample(pool, 40)
    for person in volunteers:
        estate.role(person, "志愿者", "小区", code, datetime.date(2025, 9, 1),
                    datetime.date(2027, 8, 31))
    demo["leader"], demo["volunteer"] = leaders[2], volunteers[0]
    served = {row[0] for row in estate.rows["roles"]}
    numbers = list(estate.phone_of.values())
    same_stair = [p for p in residents(estate, {"family"}, "3号")
                  if p not in served and numbers.count(estate.phone_of[p]) == 1]
    demo["resident"], demo["neighbour"] = same_stair[0], same_stair[1]
    demo["elder"] = next(p for p in residents(estate, {"alone"}, "3号")
                         if estate.phone_of[p] and p not in served)
    demo["shared"] = next(p for p in residents(estate, {"elders"})
                          if numbers.count(estate.phone_of[p]) == 2 and p not in served)
    return demo


def first_estate():
    code = "YYGC"
    estate = Estate(code, 0)
    estate.rows["estates"].append([
        code, "音乐广场小区", "Music Plaza", "上海市", "普陀区", "长寿路街道", COMMITTEE, 2004,
        "Asia/Shanghai", "澄音物业服务有限公司"])
    first_places(estate)
    first_homes(estate)
    for rules, hours in VENUES:
        estate.venue(rules, hours)
    estate.rows["place-minutes"] = [
        [one, other, minutes] for ones, others, minutes in MINUTES
        for one in ones for other in others]
    estate.rows["reservation-limits"] = LIMITS
    demo = serve(estate, code)
    estate.two_homes(12)
    estate.neighbours(160)
    estate.delegations()
    # Five people of one name, so that nobody is ever found by a name.
    persons = estate.rows["persons"]
    zhang = [row for row in persons if row[1].startswith("张") and row[2] < "2000"]
    for row in zhang[:5]:
        row[1] = "张伟"
    return estate, demo


def second_estate(committee_row):
    code = "QLY"
    estate = Estate(code, 90_000_000)
    estate.rows["estates"].append([
        code, "清涟苑小区", "Qinglian Court", "上海市", "普陀区", "长寿路街道", COMMITTEE, 1998,
        "Asia/Shanghai", "澄音物业服务有限公司"])
    estate.rows["places"] += [
        ["1幢", "楼栋", "1幢", "Building 1", ""], ["1号", "门牌", "1号", "No. 1", "1幢"],
        ["GG01", "公共场所", "活动角", "Activity corner", ""],
        ["CR01", "出入口", "正门", "Main gate", ""]]
    estate.venue(["GG01", 15, 15, 720, 8, "居民"], [(WEEK, "08:00", "21:00")])
    estate.rows["place-minutes"].append(["1幢", "GG01", 2])
    estate.rows["reservation-limits"].append(["活动", "个人", "候补", "当前", 10])
    kinds = ["family", "elders", "alone", "shared", "couple", "three"] * 2
    for index, kind in enumerate(kinds):
        room = f"{index // 2 + 1}{index % 2 + 1:02d}"
        estate.rows["residences"].append(["1号", room, index // 2 + 1, 68.55])
        estate.settle(("1号", room), kind)
    start, end = datetime.date(2024, 7, 1), datetime.date(2029, 6, 30)
    estate.rows["persons"].append(["R90001", *committee_row[1:]])
    estate.birth_of["R90001"] = datetime.date.fromisoformat(committee_row[2])
    estate.role("R90001", "居委会委员", "居委会", COMMITTEE, start, end)
    leader = residents(estate, {"elders"})[0]
    estate.role(leader, "楼组长", "门牌", "1号", datetime.date(2025, 3, 1),
                datetime.date(2028, 2, 29))
    estate.delegations()
    return estate


def main():
    first, demo = first_estate()
    row_of = {row[0]: row for row in first.rows["persons"]}
    second = second_estate(row_of[demo["committee"]])
    first.write(HERE)
    second.write(HERE / "qinglian-court")
    words = [
        ("resident", "普通居民", "A resident"),
        ("neighbour", "同一门牌的邻居", "A neighbour on the same stair"),
        ("committee", "服务两个小区的居委会委员", "A committee member who serves two estates"),
        ("leader", "楼组长", "A stair leader"),
        ("volunteer", "志愿者", "A volunteer"),
        ("elder", "独居老人", "An elder living alone"),
        ("shared", "夫妻共用一个手机号", "A couple who share one phone")]
    write(HERE / "demo.csv", ["小区编号", "编号", "姓名", "手机号", "说明", "英文说明"], [
        ["YYGC", demo[key], row_of[demo[key]][1], row_of[demo[key]][3], zh, en]
        for key, zh, en in words])


if __name__ == "__main__":
    main()

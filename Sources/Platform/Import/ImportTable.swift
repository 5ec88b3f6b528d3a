/// One column of an import file.
package struct ImportColumn: Sendable, Hashable {
    /// The Chinese header.
    package let header: String
    /// Whether every row must fill it.
    package let isRequired: Bool
    /// Whether its cells are personal: a report never quotes them.
    package let isPersonal: Bool

    init(_ header: String, required: Bool = true, personal: Bool = false) {
        self.header = header
        isRequired = required
        isPersonal = personal
    }
}

/// The files of an estate's import, in the order in which they build on each other.
package enum ImportTable: String, Sendable, Hashable, CaseIterable {
    case estates
    case places
    case residences
    case households
    case persons
    case memberships
    case roles
    case ties
    case delegations
    case calendarDays = "calendar-days"
    case venues
    case venueHours = "venue-hours"
    case placeMinutes = "place-minutes"
    case reservationLimits = "reservation-limits"

    /// For example `residences.csv`.
    package var fileName: String { rawValue + ".csv" }

    /// The columns that are read; their order in a file is free.
    package var columns: [ImportColumn] {
        switch self {
        case .estates: Columns.estates
        case .places: Columns.places
        case .residences: Columns.residences
        case .households: Columns.households
        case .persons: Columns.persons
        case .memberships: Columns.memberships
        case .roles: Columns.roles
        case .ties: Columns.ties
        case .delegations: Columns.delegations
        case .calendarDays: Columns.calendarDays
        case .venues: Columns.venues
        case .venueHours: Columns.venueHours
        case .placeMinutes: Columns.placeMinutes
        case .reservationLimits: Columns.reservationLimits
        }
    }
}

/// The columns by name, so that no header is spelled twice.
enum Columns {
    static let estateCode = ImportColumn("小区编号")
    static let estateName = ImportColumn("小区名称")
    static let nameEnglish = ImportColumn("英文名称", required: false)
    static let city = ImportColumn("市")
    static let district = ImportColumn("区")
    static let subdistrict = ImportColumn("街道")
    static let committeeArea = ImportColumn("居委会")
    static let builtYear = ImportColumn("建成年份", required: false)
    static let zone = ImportColumn("时区")
    static let propertyManager = ImportColumn("物业服务企业", required: false)

    static let placeCode = ImportColumn("地点编号")
    static let kind = ImportColumn("类型")
    static let placeName = ImportColumn("名称")
    static let parent = ImportColumn("上级编号", required: false)

    static let stair = ImportColumn("门牌号")
    static let residence = ImportColumn("室号")
    static let floor = ImportColumn("楼层")
    static let area = ImportColumn("面积", required: false)

    static let household = ImportColumn("户编号")
    static let tenure = ImportColumn("居住方式")
    static let movedIn = ImportColumn("入住日期")
    static let movedOut = ImportColumn("迁出日期", required: false)

    static let person = ImportColumn("编号")
    static let name = ImportColumn("姓名", personal: true)
    static let birth = ImportColumn("出生日期", required: false, personal: true)
    static let phone = ImportColumn("手机号", required: false, personal: true)
    static let language = ImportColumn("语言", required: false)
    static let account = ImportColumn("账号编号", required: false)

    static let standing = ImportColumn("身份")
    static let owner = ImportColumn("业主", required: false)
    static let from = ImportColumn("起始日期")
    static let until = ImportColumn("终止日期", required: false)

    static let role = ImportColumn("角色")
    static let scopeKind = ImportColumn("范围类型")
    static let scope = ImportColumn("范围")
    static let termEnd = ImportColumn("终止日期")

    static let one = ImportColumn("编号甲")
    static let tie = ImportColumn("关系")
    static let other = ImportColumn("编号乙")

    static let doer = ImportColumn("代办人编号")
    static let beneficiary = ImportColumn("委托人编号")
    static let matters = ImportColumn("事项")

    static let day = ImportColumn("日期")
    static let year = ImportColumn("年份")
    static let source = ImportColumn("来源")
    static let setup = ImportColumn("准备分钟", required: false)
    static let cleaning = ImportColumn("清场分钟", required: false)
    static let lead = ImportColumn("提前分钟", required: false)
    static let hoursMonthMax = ImportColumn("每月小时上限", required: false)
    static let openTo = ImportColumn("可用对象", required: false)

    static let weekday = ImportColumn("星期")
    static let opens = ImportColumn("开始")
    static let closes = ImportColumn("结束")

    static let fromPlace = ImportColumn("起点编号")
    static let toPlace = ImportColumn("终点编号")
    static let minutes = ImportColumn("分钟")

    static let feature = ImportColumn("用途")
    static let per = ImportColumn("对象")
    static let counts = ImportColumn("计量")
    static let period = ImportColumn("周期")
    static let most = ImportColumn("上限")

    static let estates = [
        estateCode, estateName, nameEnglish, city, district, subdistrict, committeeArea, builtYear,
        zone, propertyManager,
    ]
    static let places = [placeCode, kind, placeName, nameEnglish, parent]
    static let residences = [stair, residence, floor, area]
    static let households = [household, stair, residence, tenure, movedIn, movedOut]
    static let persons = [person, name, birth, phone, language, account]
    static let memberships = [person, household, standing, owner, from, until]
    static let roles = [person, role, scopeKind, scope, from, termEnd]
    static let ties = [one, tie, other, from, until]
    static let delegations = [doer, beneficiary, matters, from, termEnd]
    static let calendarDays = [day, kind, placeName, nameEnglish, year, source]
    static let venues = [placeCode, setup, cleaning, lead, hoursMonthMax, openTo]
    static let venueHours = [placeCode, weekday, opens, closes]
    static let placeMinutes = [fromPlace, toPlace, minutes]
    static let reservationLimits = [feature, per, counts, period, most]
}

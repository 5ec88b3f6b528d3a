internal import Platform

enum DayRule: String, CaseIterable {
    case asRuled = "as_ruled"
    case skipHolidays = "skip_holidays"
    case workdays

    func takes(_ day: Day, _ table: DayTable) -> Bool { true }
}

struct DayTable {}

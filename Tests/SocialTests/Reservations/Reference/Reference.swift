/// The rules of reservations once more, in the plainest way: what the kernel is compared with.
///
/// Everything is a string, a number or a list; nothing is counted ahead. A time is in whole minutes
/// since 1970, an id is the text of a UUID, so that texts have the order of ids.
enum Reference {
    /// What can be reserved.
    struct Capacity: Equatable {
        var id: String
        var feature = "activity"
        var totals: [String: Int]
        var overall: Int?
        var begins: Int
        var ends: Int
        var place: String?
        var opens: Int
        var closes: Int
        var offerMinutes: Int
        var cancelMinutes: [String: Int]
        var waitingMost: Int
        var isClosed = false
    }

    /// One row of the flat list: a party, who answers for it, and where it stands.
    struct Booking: Equatable {
        var id: String
        var capacity: String
        var holder: String
        var household: String?
        /// Kind by person, of those who are still in it.
        var members: [String: String]
        var state: String
        var priority = 0
        var queued: Int
        var until: Int?
        var endedAs: String?
    }

    /// Most seats, holds or places in wait-lists within a period.
    struct Limit: Equatable {
        var feature = "activity"
        /// `person` or `household`.
        var per: String
        /// `seats`, `holds` or `waiting`.
        var counts: String
        /// `day`, `week`, `month` or `live`.
        var period: String
        var most: Int
    }

    /// What is asked of the kernel, and of the reference.
    enum Step: Equatable {
        case open(Capacity)
        case book(Booking, hold: Int?)
        case accept(String)
        case decline(String)
        case cancel(String, leaving: [String]?, isExcused: Bool)
        case resize(String, totals: [String: Int], overall: Int?, leaving: [String])
        case move(Capacity)
        case serve(String, offerMinutes: Int, cancelMinutes: [String: Int], waitingMost: Int)
        case close(String)
        case settle(String)
        case advance(Int)
        case refuse(person: String, capacity: String)
        case admit(person: String, capacity: String)
        case part(String, String)
    }

    /// All there is, and the rules over it.
    struct World: Equatable {
        var now: Int
        var capacities: [String: Capacity] = [:]
        var bookings: [Booking] = []
        var limits: [Limit] = []
        /// Minutes between two places, where they are known.
        var minutes: [Set<String>: Int] = [:]
        /// Pairs of a person and a capacity that the feature refuses.
        var refused: Set<[String]> = []
        /// Pairs of persons who may not be at one capacity together.
        var apart: Set<Set<String>> = []
        /// Minutes from UTC to the estate's wall clock.
        var zone = 8 * 60
    }
}

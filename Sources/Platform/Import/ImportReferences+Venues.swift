// What the rows of venues, their hours, minutes on foot and limits refer to.

extension ReferenceCheck {
    mutating func checkVenues() {
        var lines: [String: Int] = [:]
        reading.rows.venues = reading.rows.venues.filter { row in
            var reason: ImportReason?
            if let line = lines[row.place] {
                reason = .taken(line: line)
            } else if let kind = kind(ofPlace: row.place) {
                reason = kind == "public" ? nil : .notBookable
            } else {
                reason = missing(row.place, .places)
            }
            guard let reason else {
                lines[row.place] = row.line
                return true
            }
            refuse(.venues, row.line, Columns.placeCode, reason)
            if lines[row.place] == nil {
                reading.refused.insert(row.place, .venues, line: row.line)
            }
            return false
        }
    }

    /// A venue's hours are replaced as a whole: one bad row takes the others of its venue along.
    mutating func checkVenueHours() {
        let venues = known.venues.union(reading.rows.venues.map(\.place))
        var days: [[String]: [VenueHoursRow]] = [:]
        for row in reading.rows.venueHours {
            let key = [row.place, String(row.weekday)]
            let other = days[key]?.first { $0.opens < row.closes && row.opens < $0.closes }
            let fault: (column: ImportColumn, reason: ImportReason)? =
                if !venues.contains(row.place) {
                    (Columns.placeCode, missing(row.place, .venues))
                } else if let other {
                    (Columns.opens, .overlaps(line: other.line))
                } else {
                    nil
                }
            guard let fault else {
                days[key, default: []].append(row)
                continue
            }
            refuse(.venueHours, row.line, fault.column, fault.reason)
            reading.refused.insert(row.place, .venueHours, line: row.line)
        }
        let sound = days.values.flatMap(\.self).sorted { $0.line < $1.line }
        reading.rows.venueHours = sound.filter { row in
            guard let line = reading.refused.line(of: row.place, .venueHours) else { return true }
            refuse(.venueHours, row.line, Columns.placeCode, .dependsOnSkipped(line: line))
            return false
        }
    }

    mutating func checkPlaceMinutes() {
        var lines: [Set<String>: Int] = [:]
        reading.rows.placeMinutes = reading.rows.placeMinutes.filter { row in
            for (column, code) in [(Columns.fromPlace, row.from), (Columns.toPlace, row.to)]
            where kind(ofPlace: code) == nil {
                refuse(.placeMinutes, row.line, column, missing(code, .places))
                return false
            }
            if let line = lines[[row.from, row.to]] {
                refuse(.placeMinutes, row.line, Columns.toPlace, .taken(line: line))
                return false
            }
            lines[[row.from, row.to]] = row.line
            return true
        }
    }

    mutating func checkReservationLimits() {
        var lines: [[String]: Int] = [:]
        reading.rows.reservationLimits = reading.rows.reservationLimits.filter { row in
            let key = [row.feature, row.per, row.counts, row.period]
            if let line = lines[key] {
                refuse(.reservationLimits, row.line, Columns.feature, .taken(line: line))
                return false
            }
            lines[key] = row.line
            return true
        }
    }
}

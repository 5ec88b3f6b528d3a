internal import CIcal
internal import Realtime

/// Reads calendars with libical, as a judge of what our own writer makes.
package enum ICalendarReader {
    // libical promises nothing to threads (Platform/Calendar/LibIcal.swift); this is another lock
    // than that one's, and tests that use both run within one suite.
    private static let gate = {
        icalerror_set_errors_are_fatal(0)
        return Locked(())
    }()

    /// A component with the values of its properties, read back as libical understands them.
    package struct Component: Sendable, Hashable {
        /// Such as `VEVENT`.
        package var name = ""
        /// Name and value of each property, escapes undone.
        package var properties: [Property] = []
        /// The components within.
        package var components: [Component] = []

        /// The value of the first property of this name.
        package func value(_ name: String) -> String? {
            properties.first { $0.name == name }?.value
        }

        /// Those of this name within.
        package func components(_ name: String) -> [Component] {
            components.filter { $0.name == name }
        }
    }

    /// A property's name and value.
    package struct Property: Sendable, Hashable {
        /// Such as `SUMMARY`.
        package var name: String
        /// The value, escapes undone where it is text.
        package var value: String
    }

    /// What is wrong with a file, by the strict check; nothing if it is sound.
    package static func faults(in bytes: [UInt8]) -> [String] {
        unsafe parsed(bytes) { root in
            var faults: [String] = []
            if unsafe icalcomponent_isa(root) != ICAL_VCALENDAR_COMPONENT {
                faults.append("not one VCALENDAR")
            }
            let isSound = unsafe icalrestriction_check(root) != 0
            unsafe collect(root, into: &faults)
            if !isSound, faults.isEmpty { faults.append("restrictions are not met") }
            return faults
        } ?? ["cannot be parsed"]
    }

    /// The file as a tree; nil if it cannot be parsed.
    package static func tree(of bytes: [UInt8]) -> Component? {
        unsafe parsed(bytes) { unsafe component($0) }
    }

    private static func parsed<Value>(
        _ bytes: [UInt8], _ body: (OpaquePointer) -> Value
    ) -> Value? {
        gate.withLock { _ in
            guard !bytes.contains(0) else { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let root = unsafe icalparser_parse_string(text) else { return nil }
            defer { unsafe icalcomponent_free(root) }
            return unsafe body(root)
        }
    }

    private static func collect(_ component: OpaquePointer, into faults: inout [String]) {
        let kind = ICAL_XLICERROR_PROPERTY
        var property = unsafe icalcomponent_get_first_property(component, kind)
        while let found = unsafe property {
            let text = unsafe icalproperty_get_xlicerror(found).map { unsafe String(cString: $0) }
            faults.append(text ?? "an error without a text")
            unsafe property = icalcomponent_get_next_property(component, kind)
        }
        let any = ICAL_ANY_COMPONENT
        var child = unsafe icalcomponent_get_first_component(component, any)
        while let found = unsafe child {
            unsafe collect(found, into: &faults)
            unsafe child = icalcomponent_get_next_component(component, any)
        }
    }

    private static func component(_ raw: OpaquePointer) -> Component {
        var component = Component()
        component.name = unsafe text(icalcomponent_kind_to_string(icalcomponent_isa(raw)))
        var property = unsafe icalcomponent_get_first_property(raw, ICAL_ANY_PROPERTY)
        while let found = unsafe property {
            component.properties.append(
                Property(
                    name: unsafe text(icalproperty_get_property_name(found)),
                    value: unsafe value(of: found)))
            unsafe property = icalcomponent_get_next_property(raw, ICAL_ANY_PROPERTY)
        }
        var child = unsafe icalcomponent_get_first_component(raw, ICAL_ANY_COMPONENT)
        while let found = unsafe child {
            component.components.append(unsafe self.component(found))
            unsafe child = icalcomponent_get_next_component(raw, ICAL_ANY_COMPONENT)
        }
        return component
    }

    /// Text values come with their escapes undone, others as they are written.
    private static func value(of property: OpaquePointer) -> String {
        guard let value = unsafe icalproperty_get_value(property) else { return "" }
        if unsafe icalvalue_isa(value) == ICAL_TEXT_VALUE {
            return unsafe text(icalvalue_get_text(value))
        }
        return unsafe text(icalvalue_as_ical_string(value))
    }

    private static func text(_ raw: UnsafePointer<CChar>?) -> String {
        unsafe raw.map { unsafe String(cString: $0) } ?? ""
    }
}

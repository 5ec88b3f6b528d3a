/// A PostgreSQL type's OID (`pg_type.dat`); those the server is built with never change.
package struct SQLType: RawRepresentable, Sendable, Hashable {
    /// The OID.
    package let rawValue: UInt32

    /// A type by its OID.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ rawValue: UInt32) { self.rawValue = rawValue }

    static let bool = SQLType(16)
    static let bytea = SQLType(17)
    static let name = SQLType(19)
    static let int8 = SQLType(20)
    static let int2 = SQLType(21)
    static let int4 = SQLType(23)
    static let text = SQLType(25)
    static let json = SQLType(114)
    static let float4 = SQLType(700)
    static let float8 = SQLType(701)
    static let unknown = SQLType(705)
    static let bpchar = SQLType(1042)
    static let varchar = SQLType(1043)
    static let date = SQLType(1082)
    static let timestamp = SQLType(1114)
    static let timestamptz = SQLType(1184)
    static let uuid = SQLType(2950)
    static let jsonb = SQLType(3802)
    static let boolArray = SQLType(1000)
    static let int2Array = SQLType(1005)
    static let int4Array = SQLType(1007)
    static let textArray = SQLType(1009)
    static let varcharArray = SQLType(1015)
    static let int8Array = SQLType(1016)
    static let float8Array = SQLType(1022)
    static let dateArray = SQLType(1182)
    static let timestampArray = SQLType(1115)
    static let timestamptzArray = SQLType(1185)
    static let uuidArray = SQLType(2951)

    /// The first OID that a database gives to types of its own, such as enumerations, which send
    /// their labels as text (`transam.h`, FirstNormalObjectId).
    static let ownTypesBegin: UInt32 = 16384

    /// Whether a cell of this type is UTF-8 text in binary format too.
    var isText: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .unknown, .json: true
        default: rawValue >= Self.ownTypesBegin
        }
    }
}

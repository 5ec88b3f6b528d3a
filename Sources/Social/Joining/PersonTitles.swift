internal import Platform

/// How notices name persons: by what their reader may know.
enum PersonTitles {
    static let all = [
        NoticeTitles(kind: .person) { ids in
            """
            SELECT n.person_id, n.name_zh, n.name_en
            FROM linli.person_names(\(ids)) AS n
            """
        }
    ]
}

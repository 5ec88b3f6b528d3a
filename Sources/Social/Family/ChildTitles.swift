internal import Platform

/// How notices name children: to their guardians, their household and offices.
enum ChildTitles {
    static let all = [
        NoticeTitles(kind: .child) { ids in
            "SELECT n.person_id, n.name, NULL::text FROM linli.child_names(\(ids)) AS n"
        }
    ]
}

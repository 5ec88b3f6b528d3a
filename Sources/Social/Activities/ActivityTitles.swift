internal import Platform

/// How notices name activities and their meetings: by what their reader may see.
enum ActivityTitles {
    static let all = [
        NoticeTitles(kind: .activity) { ids in
            """
            SELECT a.id, a.title_zh, a.title_en
            FROM linli.activity AS a
            WHERE a.estate_id = (SELECT linli.estate_id()) AND a.id = ANY (\(ids))
            """
        },
        NoticeTitles(kind: .occurrence) { ids in
            """
            SELECT o.id, coalesce(o.title_zh, a.title_zh),
                CASE WHEN o.title_zh IS NULL THEN a.title_en ELSE o.title_en END
            FROM linli.activity_occurrence AS o
            JOIN linli.activity AS a ON a.estate_id = o.estate_id AND a.id = o.activity_id
            WHERE o.estate_id = (SELECT linli.estate_id()) AND o.id = ANY (\(ids))
            """
        },
    ]
}

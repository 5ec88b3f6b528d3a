-- The disputes of a visit, or one, as each of its sides and the office may read them: whoever did not raise one finds
-- it here, to answer or to appeal. docs/help/visits.md.
CREATE FUNCTION linli.help_disputes_seen(visit uuid, dispute uuid)
    RETURNS TABLE (id uuid, words_sealed bytea, visit_id uuid, side text, about text,
        raised_at timestamptz, decision text, decided_at timestamptz, appealed_at timestamptz,
        appeal_decision text, appeal_decided_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT s.*
        FROM linli.help_dispute AS d
        CROSS JOIN LATERAL linli.help_dispute_seen(d.id) AS s
        WHERE d.estate_id = linli.estate_id() AND (d.visit_id = visit OR d.id = dispute)
        ORDER BY d.id
        LIMIT 10;
END
$$;

GRANT EXECUTE ON FUNCTION linli.help_disputes_seen(uuid, uuid) TO linli;

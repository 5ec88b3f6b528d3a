-- Feeds whose cost does not grow with the past.
--
-- A page begins with what began before its window and has not ended. Most meetings take hours, so
-- those are looked for among the last six hours; the few that are longer, up to 14 days, have an
-- index of their own (OccurrenceLists.page).
CREATE INDEX activity_occurrence_long ON linli.activity_occurrence (estate_id, begins, id)
    WHERE ends - begins > interval '6 hours';

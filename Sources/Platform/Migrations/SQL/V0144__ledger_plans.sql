-- The posting's statements are planned once a connection. Their arrays are short, which the planner learns
-- only by planning anew in each call: that took as long as the posting.

ALTER FUNCTION linli.post_movements(uuid, uuid[], uuid[], text[], uuid[], text[], text[], uuid[],
    text[], bigint[], text[], text[], uuid[], uuid[], text[])
    SET plan_cache_mode = 'force_generic_plan';
ALTER FUNCTION linli.ledger_put(uuid[], uuid[], uuid[], bigint[], text[], text[], uuid[], uuid[],
    text[], uuid[], uuid) SET plan_cache_mode = 'force_generic_plan';
ALTER FUNCTION linli.ledger_find(uuid[], text[], uuid[], text[])
    SET plan_cache_mode = 'force_generic_plan';
ALTER FUNCTION linli.ledger_find_or_open(uuid[], text[], uuid[], text[])
    SET plan_cache_mode = 'force_generic_plan';

-- What a help group plans at the home of somebody who is erased ends, as with who moves away or dies.
-- docs/help/groups.md.

CREATE FUNCTION linli.help_rotas_of_erased() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, linli
AS $$
BEGIN
    IF linli.estate_id() IS NOT DISTINCT FROM NEW.estate_id THEN
        PERFORM linli.help_rotas_of_gone(NEW.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER help_rotas_of_erased AFTER UPDATE OF state ON linli.person
    FOR EACH ROW WHEN (NEW.state = 'erased' AND OLD.state <> NEW.state)
    EXECUTE FUNCTION linli.help_rotas_of_erased();

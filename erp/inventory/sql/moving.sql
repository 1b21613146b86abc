-- A company that is moved in brings moves of its closed periods along: they are not refused again.
CREATE OR REPLACE TRIGGER inventory_move_period AFTER INSERT ON inventory_stockmove
    REFERENCING NEW TABLE AS new_moves FOR EACH STATEMENT WHEN (NOT core_is_moving()) EXECUTE FUNCTION inventory_check_moves();

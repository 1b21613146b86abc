-- A company that is moved in brings its balances along, and its closed periods: neither is counted or refused again.
CREATE OR REPLACE TRIGGER ledger_entry_period AFTER INSERT ON ledger_journalentry
    REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT WHEN (NOT core_is_moving()) EXECUTE FUNCTION ledger_check_entries();

CREATE OR REPLACE TRIGGER ledger_line_balanced AFTER INSERT ON ledger_journalline
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT WHEN (NOT core_is_moving()) EXECUTE FUNCTION ledger_check_lines();

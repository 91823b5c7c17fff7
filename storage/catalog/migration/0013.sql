-- Everything that is asked of all live placements on a day, without a look at their rows.
DROP INDEX placement_agenda;
CREATE INDEX placement_agenda ON placement (ends, starts, remove_by, state, location) WHERE state NOT IN ('removed', 'cancelled');

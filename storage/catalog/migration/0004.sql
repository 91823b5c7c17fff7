-- What is on the agenda: every live placement by its end, wherever it hangs.
CREATE INDEX placement_agenda ON placement (ends, starts) WHERE state NOT IN ('removed', 'cancelled');

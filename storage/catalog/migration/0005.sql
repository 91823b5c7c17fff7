-- Turns: the jobs of one agency do not keep those of all others waiting.
ALTER TABLE job ADD COLUMN lane TEXT NOT NULL DEFAULT '';    -- whose job it is
ALTER TABLE job ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;  -- the smallest that is due comes first
DROP INDEX job_due;
CREATE INDEX job_turn ON job (turn, due) WHERE resting = 0;
CREATE INDEX job_lane ON job (lane, turn) WHERE resting = 0;

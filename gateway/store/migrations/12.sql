-- An action that the console left in a file is taken once, whenever the power goes.
ALTER TABLE action ADD COLUMN file TEXT;
CREATE UNIQUE INDEX action_of_file ON action (file) WHERE file IS NOT NULL;

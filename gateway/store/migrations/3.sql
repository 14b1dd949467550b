-- What a person does holds for the presses that this person could see: alert ids to presses, as JSON.
ALTER TABLE action ADD COLUMN seen TEXT;

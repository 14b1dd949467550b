-- Delivery and answer are two facts (wire/stage.py).  Stage 5 was that a person had taken the alert; whether any
-- endpoint had it is what receipts say.  Who took it: an answer with a source is a receiver's.
ALTER TABLE alert ADD COLUMN answer INTEGER NOT NULL DEFAULT 0;
UPDATE alert SET answer = CASE
    WHEN EXISTS (SELECT 1 FROM action WHERE action.incident = alert.incident AND source IS NOT NULL
        AND what IN ('acknowledge', 'dispatched', 'on-scene')) THEN 2
    ELSE 1 END
    WHERE stage = 5;
UPDATE alert SET stage = iif(EXISTS (SELECT 1 FROM receipt WHERE receipt.alert = alert.id
    AND receipt.presses >= alert.presses), 4, 3) WHERE stage = 5;
CREATE INDEX receipt_of_alert ON receipt (alert);
ALTER TABLE action ADD COLUMN side INTEGER NOT NULL DEFAULT 1;
UPDATE action SET side = 2 WHERE source IS NOT NULL;
ALTER TABLE event ADD COLUMN side INTEGER NOT NULL DEFAULT 0;
UPDATE event SET side = coalesce((SELECT max(side) FROM action WHERE action.incident = event.incident
    AND action.what = event.what AND action.by = event.by), 0) WHERE by <> '';

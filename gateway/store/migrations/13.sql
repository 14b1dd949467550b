-- Units tell how their buttons were pressed.
ALTER TABLE alert ADD COLUMN held REAL;
ALTER TABLE alert ADD COLUMN bounces INTEGER;
ALTER TABLE alert ADD COLUMN uptime REAL;

-- `error` is a plain sentence from here on; `detail` is what an engineer wants to know beside it.
ALTER TABLE sync_run ADD COLUMN detail TEXT;
-- Since when the run waits, or has waited, for somebody to decide: its own work was done by then.
ALTER TABLE sync_run ADD COLUMN waiting_since BIGINT;
UPDATE sync_run SET waiting_since = touched_at WHERE status = 'waiting';

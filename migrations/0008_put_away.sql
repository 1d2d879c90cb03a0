-- What a person put away lately: the feed offers to take it back.
CREATE INDEX resource_state_hidden ON resource_state (person, hidden_at) WHERE hidden_at IS NOT NULL;

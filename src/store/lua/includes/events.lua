-- Tells who listens to the events of a user; does nothing while nobody does.
local function tellEvent(keys, userId, type, payload) end

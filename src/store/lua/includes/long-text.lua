-- Texts of any length in fields of at most 64 bytes, so that no value turns the record's listpack into a hashtable:
-- a text's pieces are the fields `name`, `name1`, `name2` …; a piece of exactly 64 bytes is followed by another.

-- Adds the fields of a text to the flat list `fields`.
local function addText(fields, name, value)
  local suffix = ''
  repeat
    fields[#fields + 1] = name .. suffix
    fields[#fields + 1] = value:sub(1, 64)
    local full = #value >= 64
    value = value:sub(65)
    suffix = suffix == '' and 1 or suffix + 1
  until not full
end

-- The whole text of which `first` is the piece in field `name`.
local function wholeText(key, name, first)
  local piece, whole, suffix = first or '', first or '', 0
  while #piece == 64 do
    suffix = suffix + 1
    piece = redis.call('HGET', key, name .. suffix) or ''
    whole = whole .. piece
  end
  return whole
end

-- Takes the fields of a text out of the hash.
local function removeText(key, name)
  local piece, suffix = name, 0
  while redis.call('HDEL', key, piece) == 1 do
    suffix = suffix + 1
    piece = name .. suffix
  end
end

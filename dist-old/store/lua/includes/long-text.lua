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

-- The whole text of which `first` is the piece in field `name`. Most have a second piece, and few have more: those are read eight at once.
local function wholeText(key, name, first)
  if not first or #first < 64 then return first or '' end
  local pieces, suffix = { first, redis.call('HGET', key, name .. 1) or '' }, 1
  while #pieces[#pieces] == 64 do
    local fields = {}
    for i = 1, 8 do fields[i] = name .. (suffix + i) end
    for _, piece in ipairs(redis.call('HMGET', key, unpack(fields))) do
      if #pieces[#pieces] < 64 then break end
      pieces[#pieces + 1] = piece or ''
    end
    suffix = suffix + 8
  end
  return table.concat(pieces)
end

-- Takes the fields of a text out of the hash.
local function removeText(key, name)
  local piece, suffix = name, 0
  while redis.call('HDEL', key, piece) == 1 do
    suffix = suffix + 1
    piece = name .. suffix
  end
end

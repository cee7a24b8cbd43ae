-- What a step does to the text of a list. JSON is never decoded.

-- How many items a list has: without texts and nested values, its commas tell.
local function length_of(list)
  if find(list, '"', 1, true) then
    list = gsub(list, '\\.', '')
    list = gsub(list, '"[^"]*"', '0')
  end
  local inner = gsub(sub(list, 2, -2), '%b{}', '0')
  inner = gsub(inner, '%b[]', '0')
  if not find(inner, '%S') then return 0 end
  local _, commas = gsub(inner, ',', '')
  return commas + 1
end

-- Where the text that opens here is over.
local function after_text(json, at)
  at = at + 1
  while true do
    at = find(json, '["\\]', at)
    if byte(json, at) == 34 then return at + 1 end
    at = at + 2
  end
end

local function after_value(json, at)
  local first = byte(json, at)
  if first == 34 then return after_text(json, at) end
  if first ~= 91 and first ~= 123 then return (find(json, '[,%]%s]', at)) end
  local depth = 0
  while true do
    at = find(json, '["%[%]{}]', at)
    local sign = byte(json, at)
    if sign == 34 then
      at = after_text(json, at)
    else
      depth = depth + ((sign == 91 or sign == 123) and 1 or -1)
      at = at + 1
      if depth == 0 then return at end
    end
  end
end

-- Counting is the dearest thing here, so an append leaves a note in the metadata: its field, the bytes and the items of the list. Any
-- other change writes metadata without one.
local function note_of(field, list, length)
  return find(field, '^[%w_.-]+$') and '/' .. field .. '=' .. #list .. '=' .. length or ''
end

local function known_length(meta, field, list)
  local name, bytes, length = match(meta, '^%d+/%d+/([%w_.-]+)=(%d+)=(%d+)')
  return name == field and tonumber(bytes) == #list and tonumber(length) or nil
end

local function append(list, length, item, keep)
  local from = 2
  if keep > 0 then
    while length >= keep do
      from = find(list, '[^%s,]', after_value(list, find(list, '[^%s,]', from)))
      length = length - 1
    end
  end
  return '[' .. sub(list, from, -2) .. (length > 0 and ',' or '') .. item .. ']', length + 1
end

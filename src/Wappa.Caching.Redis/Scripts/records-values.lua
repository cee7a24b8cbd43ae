-- What a step does to the text of a value: sums and lists. JSON is never decoded.

-- A sum of two integers of 64 bits, each cut in two so that a double holds both halves. Nil: not an integer, or too large.
local function halves(text)
  local sign, digits = match(text, '^(%-?)(%d+)$')
  if not digits or #digits > 19 then return nil end
  local high, low = tonumber(sub(digits, 1, -10)) or 0, tonumber(sub(digits, -9))
  if sign == '-' then high, low = -high, -low end
  return high, low
end

local function within(high, low)
  return (high < 9223372036 or high == 9223372036 and low <= 854775807) and
    (high > -9223372036 or high == -9223372036 and low >= -854775808)
end

local function add(a, b)
  local high, low = halves(a)
  if not high or not within(high, low) then return nil end
  local more_high, more_low = halves(b)
  high, low = high + more_high, low + more_low
  local carry = low >= 1000000000 and 1 or low <= -1000000000 and -1 or 0
  high, low = high + carry, low - carry * 1000000000
  if high > 0 and low < 0 then
    high, low = high - 1, low + 1000000000
  elseif high < 0 and low > 0 then
    high, low = high + 1, low - 1000000000
  end
  if not within(high, low) then return nil end
  if high == 0 then return string.format('%.0f', low + 0 == 0 and 0 or low) end
  return string.format('%.0f%09.0f', high, math.abs(low))
end

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

-- Counting is the dearest thing here, so the last append leaves what it counted in its entry, with the field and its bytes. It holds
-- as long as no other change has followed.
local function known_length(record, field, list)
  local number, revision, name, bytes = match(record.operations, ':(%d+):(%d+):([%w_.-]+)=(%d+)$')
  if name ~= field or tonumber(bytes) ~= #list or tonumber(revision) ~= record.revision then return nil end
  return tonumber(number)
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

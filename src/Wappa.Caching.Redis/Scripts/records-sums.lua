-- What a step does to the text of a number. JSON is never decoded.

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

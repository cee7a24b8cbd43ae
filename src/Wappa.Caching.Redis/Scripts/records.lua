-- A program over one or more records: every step, or none. See the README of the package.
--
-- KEYS  of each record: its hash, and its index if that stands beside it
-- ARGV  records, max bytes, operation id or '', for a repeated one a time before its first sending, else '';
--       of each record: database or '', name, '1' to load its fields, index ('' beside it, 'apart', or when it was announced);
--       then the steps: record, code, arguments
-- reply status, step, now; of each record as it was: remaining ms (-1 no expiry, -2 missing), fields and values by turns;
--       of DUPLICATE the number last

local META = '$meta'
local OK, REFUSED, FAILED, STALE, DUPLICATE, UNKNOWN, UNANNOUNCED, UNTOUCHED = 0, 1, 2, 3, 4, 5, 6, 7
local OPERATION_BYTES, ANNOUNCED_FOR, LARGEST_REVISION = 255, 30000000, 9000000000000000
local call, find, match, sub, gsub, byte = redis.call, string.find, string.match, string.sub, string.gsub, string.byte

local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local max, id, since = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local records, position, database = {}, 4, nil

local function argument()
  position = position + 1
  return ARGV[position]
end

local function select(record)
  if record.database ~= '' and record.database ~= database then
    database = record.database
    call('SELECT', database)
  end
end

local function load(record)
  local flat
  select(record)
  if record.full then
    flat = call('HGETALL', record.key)
  else
    local meta = call('HGET', record.key, META)
    record.known = meta
    flat = meta and { META, meta } or call('EXISTS', record.key) == 1 and { META, '1' } or {}
  end
  record.before, record.remaining, record.revision, record.operations, record.evicted = flat, -2, 0, '', '0'
  record.meta = ''
  if #flat == 0 then return end
  record.existed, record.fields, record.bound, record.revision = true, {}, 2, 1
  for i = 1, #flat, 2 do
    local field, value = flat[i], flat[i + 1]
    if field == META then
      if record.full then record.known = true end
      local evicted, operations = match(value, '^%d+%S* (%d+)( .+)$')
      record.meta, record.operations, record.evicted = value, operations or '', evicted or '0'
      record.revision = tonumber(match(value, '^%d+')) or 1
      if record.revision < 1 or record.revision > LARGEST_REVISION then record.revision = 1 end
    else
      record.fields[field] = value
      record.bound = record.bound + 6 * #field + #value + 4
    end
  end
  if record.full then record.remaining = call('PTTL', record.key) end
end

local function reply(status, step, number)
  local all = { status, step, now }
  for _, record in ipairs(records) do
    all[#all + 1] = record.remaining
    all[#all + 1] = record.before
  end
  all[#all + 1] = number
  return all
end

-- The length of a name inside JSON: what has to be escaped there takes more than one byte.
local function width(field)
  if byte(field) == 36 then field = sub(field, 2) end
  local length = #field
  if not find(field, '["\\%c\127-\255]') then return length end
  local _, short = gsub(field, '["\\\b\t\n\f\r]', '')
  local _, long = gsub(field, '[%z\1-\7\11\14-\31\127]', '')
  local _, latin = gsub(field, '\194[\128-\159]', '')
  local _, lines = gsub(field, '\226\128[\168\169]', '')
  return length + short + 5 * long + 4 * latin + 3 * lines
end

-- The bound is never below the size of the document, and nearly always says enough.
local function fits(record)
  if record.bound <= max then return true end
  local size, empty = 1, true
  for field, value in pairs(record.fields) do
    size, empty = size + width(field) + #value + 4, false
  end
  record.bound = empty and 2 or size
  return record.bound <= max
end

local function touch(record)
  record.revision, record.meta = math.max(record.revision + 1, now), ''
  record.dirty = true
end

local function put(record, field, value)
  record.fields[field] = value
  record.bound = record.bound + 6 * #field + #value + 4
  if not record.changed[field] then
    record.changed[field] = true
    record.order[#record.order + 1] = field
  end
end

local function wipe(record)
  record.fields, record.bound, record.changed, record.order, record.removed, record.wiped = {}, 2, {}, {}, {}, true
end

local function edit(record, ttl, first)
  if record.fields then
    if ttl ~= '' then record.ttl = ttl end
  else
    wipe(record)
    record.ttl = first ~= '' and first or 'none'
  end
end

local function put_all(record)
  for _ = 1, tonumber(argument()) do
    local field, value = argument(), argument()
    put(record, field, value)
  end
end

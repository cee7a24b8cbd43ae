-- The steps of a program. Each reads all of its arguments before it looks at the record.

local function remember(record, number)
  if id == '' then return end
  local operations = string.format('%s %s:%s:%.0f', record.operations, id, number, record.revision)
  while #operations > OPERATION_BYTES do
    local evicted, rest = match(operations, '^ [^:]*:[^:]*:(%d+)(.*)$')
    record.evicted, operations = evicted or record.evicted, rest or ''
  end
  record.operations = operations
end

local steps = {}

function steps.S(record)
  local ttl, size = argument(), tonumber(argument())
  if size > max then return FAILED end
  wipe(record)
  put_all(record)
  record.ttl = ttl ~= '' and ttl or 'none'
  touch(record)
  return OK
end

function steps.M(record)
  local ttl, first, count = argument(), argument(), tonumber(ARGV[position + 1])
  edit(record, ttl, first)
  put_all(record)
  if count > 0 and not fits(record) then return FAILED end
  touch(record)
  remember(record, ARGV[position])
  return OK
end

function steps.I(record)
  local ttl, first, field, by = argument(), argument(), argument(), argument()
  local value = record.fields and record.fields[field]
  local sum = by
  if value and value ~= 'null' then sum = add(value, by) end
  if not sum then return FAILED end
  edit(record, ttl, first)
  put(record, field, sum)
  if not fits(record) then return FAILED end
  touch(record)
  remember(record, sum)
  return OK
end

function steps.A(record)
  local ttl, first, field, item, keep = argument(), argument(), argument(), argument(), tonumber(argument())
  local list, length = record.fields and record.fields[field], 1
  if not list or list == 'null' then
    list = '[' .. item .. ']'
  elseif byte(list) ~= 91 then
    return FAILED
  else
    list, length = append(list, known_length(record.meta, field, list) or length_of(list), item, keep)
  end
  edit(record, ttl, first)
  put(record, field, list)
  if not fits(record) then return FAILED end
  touch(record)
  remember(record, length)
  record.meta = '0/0' .. note_of(field, list, length)
  return OK
end

function steps.R(record)
  local field = argument()
  if not record.fields or not record.fields[field] then return OK end
  record.fields[field] = nil
  record.removed[field] = true
  if not fits(record) then return FAILED end
  touch(record)
  return OK
end

function steps.D(record)
  record.gone = true
  if not record.fields then return OK end
  wipe(record)
  record.fields, record.ttl = nil, 'none'
  record.dirty = true
  return OK
end

function steps.E(record)
  local ttl = argument()
  if not record.fields then return OK end
  record.ttl = ttl
  touch(record)
  return OK
end

function steps.P(record)
  if not record.fields then return OK end
  record.ttl = 'none'
  touch(record)
  return OK
end

function steps.C(record)
  if record.fields then return REFUSED end
  return steps.S(record)
end

function steps.X(record)
  local revision, ttl, size = tonumber(argument()), argument(), tonumber(argument())
  if not record.fields or record.revision ~= revision then return REFUSED end
  if size > max then return FAILED end
  wipe(record)
  put_all(record)
  if ttl ~= '' then record.ttl = ttl end
  touch(record)
  return OK
end

local function has_revision(record, revision)
  return (record.fields and record.revision or 0) == tonumber(revision)
end

function steps.Q(record)
  return has_revision(record, argument()) and OK or REFUSED
end

function steps.V(record)
  return has_revision(record, argument()) and OK or STALE
end

function steps.F()
  return FAILED
end

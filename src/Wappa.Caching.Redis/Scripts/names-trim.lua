-- Looks at three names of an index that has got one more, other ones each time, and takes out those without a record: what expires leaves
-- by this, faster than anything enters. A record's key is that of its index with its own name instead of '%names'; a profile has none,
-- and on a cluster braces are escaped too. The record stands already, so nothing here may fail. The index, which is there, is asked about
-- with each: while the slot is being moved to this node a record may still be at the other, and a node refuses several keys of which
-- one is missing, but answers about a single one.
local function trim(names)
  local many, before, after = redis.pcall('ZCARD', names), string.match(names, '^(.*)%%names(.*)$')
  if type(many) ~= 'number' or many < 8 or not before then return end
  local from = now % many
  for _, name in ipairs(redis.pcall('ZRANGE', names, from, from + 2)) do
    local escaped = string.gsub(string.gsub(name, '%%', '%%25'), ':', '%%3A')
    local other = before .. string.gsub(string.gsub(escaped, '{', '%%7B'), '}', '%%7D') .. after
    if name == 'profile' then other = string.sub(before, 1, -2) .. after end
    if redis.pcall('EXISTS', names, before .. escaped .. after, other) == 1 then redis.pcall('ZREM', names, name) end
  end
end

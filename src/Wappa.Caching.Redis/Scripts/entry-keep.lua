-- Makes the versions that were missing, and lets none end before the entry that relies on it. After entry-tags.lua.
-- ARGV 2 how long the entry lives in ms, '' for good
-- A version is given twice that time, so that not each write of an entry has to say so again.
local life = ARGV[2] ~= '' and string.format('%.0f', 2 * ARGV[2] + 120000)
for i = 1, #made do
  if life then
    call('SET', made[i], ARGV[3], 'PX', life)
  else
    call('SET', made[i], ARGV[3])
  end
end
for i = 1, #there do
  local left = call('PTTL', there[i])
  if left >= 0 and not life then call('PERSIST', there[i]) end
  if left >= 0 and life and left < ARGV[2] + 60000 then call('PEXPIRE', there[i], life) end
end

-- Finds the versions of tags, makes those that are missing, and lets none end before the entry that relies on it.
-- KEYS from first on; ARGV 2 how long the entry lives in ms, '' for good; 3 the version of those that are missing
-- A version is given twice that time, so that not each write of an entry has to say so again.
for i = first, #KEYS do
  local version = call('GET', KEYS[i])
  if not version or #version ~= 8 then
    version = ARGV[3]
    call('SET', KEYS[i], version)
    if ARGV[2] ~= '' then call('PEXPIRE', KEYS[i], string.format('%.0f', 2 * ARGV[2] + 120000)) end
  elseif ARGV[2] == '' then
    call('PERSIST', KEYS[i])
  else
    local left = call('PTTL', KEYS[i])
    if left >= 0 and left < ARGV[2] + 60000 then
      call('PEXPIRE', KEYS[i], string.format('%.0f', 2 * ARGV[2] + 120000))
    end
  end
  versions = versions .. version
end

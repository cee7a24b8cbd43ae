-- Finds the versions of tags. Writes nothing: that is entry-keep.lua's, after the entry, as a first write that needs no memory would
-- let the others pass a full server's limit.
-- KEYS from first on; ARGV 3 the version of those that have none
local made, there = {}, {}
for i = first, #KEYS do
  local version = call('GET', KEYS[i])
  if version and #version == 8 then
    there[#there + 1] = KEYS[i]
  else
    version = ARGV[3]
    made[#made + 1] = KEYS[i]
  end
  versions = versions .. version
end

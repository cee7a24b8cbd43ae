if ARGV[4] == '1' then return { now, revision, number, call('PTTL', key), call('HGETALL', key) } end
return { now, revision, number }

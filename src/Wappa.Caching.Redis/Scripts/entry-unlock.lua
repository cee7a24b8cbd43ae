-- Holds a lock for longer, or lets it go, if it is still the owner's.
-- KEYS the lock; ARGV the owner, for how many ms from now; '' to let go
-- reply 0: it is another's, or nobody's
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])

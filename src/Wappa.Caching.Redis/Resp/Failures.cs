namespace Wappa.Caching.Redis.Resp;

/// <summary>What callers are told when a command gets no reply.</summary>
internal static class Failures
{
    internal static CacheStoreTimeoutException NoReply(TimeSpan timeout, bool idempotent) => new(
        $"Redis did not answer within {timeout.TotalSeconds:0.###} s, the command's deadline; " +
        (idempotent ? "the command may or may not have run." : "the change may or may not have been made."));

    internal static CacheStoreTimeoutException NotReplicated(RedisDurability wanted, long count) => new(
        $"The Redis primary has made the change, but after {wanted.Within.TotalSeconds:0.###} s {count} replicas had it instead of the " +
        $"{wanted.Replicas} asked for; a failover could lose it. See whether the replicas follow the primary, or ask for fewer.");

    internal static CacheStoreException NotConfirmed(Exception refusal)
    {
        // It is a replica now. What it has written as a primary may have reached the new one or not.
        if (refusal is RedisServerException { Code: "UNBLOCKED" or "READONLY" } ||
            (refusal is RedisServerException error && error.Text.Contains("replica", StringComparison.OrdinalIgnoreCase)))
        {
            return new CacheStoreUnavailableException(
                "The Redis server has become a replica before other replicas had confirmed the change; it may or may not be lost.", refusal,
                outcomeUnknown: true);
        }

        return new CacheStoreException(
            "The Redis primary has made the change, but did not say how many replicas have it; a failover could lose it. The server must " +
            "know WAIT, and its user be allowed it (ACL SETUSER … +wait).", refusal, outcomeUnknown: true);
    }

    internal static CacheStoreTimeoutException NoRoom(TimeSpan timeout, bool maybeHappened) => new(
        $"The command waited {timeout.TotalSeconds:0.###} s for room on the connection to Redis and was not sent" +
        (maybeHappened ? " again; its first sending may have been carried out." : "; nothing changed.") +
        " More is asked than the server does: ask less at once, or raise the command timeout.", null, maybeHappened);

    internal static CacheStoreUnavailableException NoConnection(TimeSpan timeout, Exception? cause, bool maybeHappened) => new(
        $"There was no connection to Redis for {timeout.TotalSeconds:0.###} s, the command's deadline, so it was not sent" +
        (maybeHappened ? " again; its first sending may have been carried out." : "; nothing changed.") +
        (cause is null
            ? " Check that the server runs and can be reached from here."
            : $" The last attempt to connect failed: {cause.Message}"), cause, maybeHappened);

    internal static CacheStoreUnavailableException Refused(string refusal, TimeSpan timeout, bool maybeHappened) => new(
        $"Redis refused the command until its deadline of {timeout.TotalSeconds:0.###} s: {refusal}" +
        (maybeHappened ? " An earlier sending of it may have been carried out." : " Nothing changed."), null, maybeHappened);

    internal static CacheStoreUnavailableException Lost(Exception? cause) => new(
        "The connection to Redis was lost before the reply came; the command may or may not have run.", cause, outcomeUnknown: true);

    internal static CacheStoreUnavailableException Closed(bool maybeHappened) => new(
        "The Redis client has been closed" +
        (maybeHappened ? " before the reply came; the command may or may not have run." : "; nothing was sent."), null, maybeHappened);

    internal static CacheStoreUnavailableException HandshakeRefused(RedisServerException error) => new(
        error.Code switch
        {
            "WRONGPASS" or "NOAUTH" => "Redis refused the user or the password. Check them in the connection URL.",
            "NOPERM" => "Redis does not let the user connect as this package needs it: its ACL must allow HELLO, CLIENT, " +
                "SELECT and PING, and on a cluster CLUSTER SLOTS.",
            "ERR" when error.Text.Contains("DB index is out of range", StringComparison.Ordinal) =>
                "The Redis server has no database of that number. Keep everything in one that it has: redis://host:port/0, or the " +
                "option Database.",
            _ => "Redis refused the connection: " + error.Message,
        },
        error);
}

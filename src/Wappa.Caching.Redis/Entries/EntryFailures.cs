using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>What the server's refusals mean where entries are concerned; the rest is as of records.</summary>
internal static class EntryFailures
{
    internal static CacheStoreCorruptException NoEntry() => new(
        "A key of an entry holds a string in Redis that is no entry of this version: another program uses the same keys. It was left as " +
        "it is. Give the app a key prefix or a database of its own, or set the entry anew.");

    /// <summary>The exception of the store's contract for one of the client's.</summary>
    /// <param name="error">What a command ended with.</param>
    /// <param name="isWrite">Whether the command may have changed something.</param>
    internal static Exception Translate(Exception error, bool isWrite) => error switch
    {
        RedisServerException refused when Says(refused, "WRONGTYPE") => new CacheStoreCorruptException(
            "A key of an entry, its tags or its loads holds another type in Redis: another program uses the same keys. It was left as " +
            "it is. Rename that key, or give the app a key prefix or a database of its own.", refused),
        RedisServerException refused when Says(refused, "OOM") => new CacheStoreException(
            "Redis has reached its maxmemory; nothing changed. Raise it, or let it evict (maxmemory-policy allkeys-lru or volatile-ttl).",
            refused),
        RedisServerException { Code: "MOVED" or "ASK" } => new CacheStoreUnavailableException(
            "The nodes of the Redis cluster do not agree which of them has a key, as while a slot is being moved; nothing changed. " +
            "Try again.",
            error),
        RespFormatException => new CacheStoreException(
            "Redis answered in another shape than an entry has. Is this a Redis server?", error, isWrite),
        _ => RedisFailures.Translate(error, isWrite),
    };

    internal static bool IsForeign(Exception error) => error is RedisServerException or RespFormatException;

    // Errors inside a script carry their code in front from version 7 on, and somewhere in the text before.
    private static bool Says(RedisServerException error, string code) =>
        error.Code == code ||
        (error.Code.StartsWith("ERR", StringComparison.Ordinal) && error.Text.Contains($" {code} ", StringComparison.Ordinal));
}

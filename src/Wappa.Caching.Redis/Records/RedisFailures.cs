using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>What the server's refusals mean to an app. No text of the server's goes on where it may quote keys or values.</summary>
internal static class RedisFailures
{
    /// <summary>The exception of the store's contract for one of the client's.</summary>
    /// <param name="error">What a command ended with.</param>
    /// <param name="isWrite">Whether the command may have changed something.</param>
    internal static Exception Translate(Exception error, bool isWrite) => error switch
    {
        RedisServerException refused => OfServer(refused, isWrite),
        RespFormatException => new CacheStoreException(
            "Redis answered in another shape than a record has. Is this a Redis server?", error, isWrite),
        _ => error,
    };

    /// <summary>Whether an exception is one the store's contract does not know.</summary>
    internal static bool IsForeign(Exception error) => error is RedisServerException or RespFormatException;

    private static CacheStoreException OfServer(RedisServerException error, bool isWrite)
    {
        // Errors inside a script carry their code in front from version 7 on, and somewhere in the text before.
        if (Says(error, "WRONGTYPE"))
        {
            return new CacheStoreCorruptException(
                "A key of a record, or of the index of records, holds another type in Redis: another program uses the same keys. Nothing " +
                "changed. Rename that key, or give the app a key prefix or a database of its own.", error);
        }

        if (Says(error, "OOM"))
        {
            return new CacheStoreException(
                "Redis has reached its maxmemory; nothing changed. Raise it, or let it evict: records without a time to live stay.", error);
        }

        // Version 7.0 has no code for what a script may not do.
        if (Says(error, "NOPERM") || error.Text.Contains("user executing the script", StringComparison.Ordinal))
        {
            return new CacheStoreException(
                "The Redis user may not do this; nothing changed. It needs +@read, +@write, +@scripting, +@connection, +time and the " +
                "app's keys (ACL SETUSER).",
                error);
        }

        if (Says(error, "BUSY"))
        {
            return new CacheStoreUnavailableException(
                "Redis is held up by a script that does not end (SCRIPT KILL ends it); nothing changed.", error);
        }


        if (Says(error, "READONLY"))
            return new CacheStoreUnavailableException("The Redis server is a replica; nothing changed. Connect to the primary.", error);
        if (Says(error, "MISCONF"))
            return new CacheStoreUnavailableException("Redis cannot save to its disk and takes no writes; nothing changed.", error);
        return new CacheStoreException($"Redis refused an operation ({error.Code}).", error, isWrite);
    }

    private static bool Says(RedisServerException error, string code) =>
        error.Code == code ||
        (error.Code.StartsWith("ERR", StringComparison.Ordinal) && error.Text.Contains($" {code} ", StringComparison.Ordinal));
}

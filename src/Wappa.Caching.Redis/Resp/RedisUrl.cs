namespace Wappa.Caching.Redis.Resp;

/// <summary>Reads connection URLs.</summary>
internal static class RedisUrl
{
    /// <summary>Reads a URL.</summary>
    internal static RedisClientOptions Parse(string url) => throw new NotSupportedException(url);
}

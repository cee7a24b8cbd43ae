using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Keys;

namespace Wappa.Caching;

/// <summary>What holds for all cached responses of an app. How much the cache holds is the store's option.</summary>
public sealed class ResponseCacheOptions
{
    /// <summary>How long a response is fresh when its endpoint does not say, above zero. Default: 5 minutes.</summary>
    public TimeSpan DefaultTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Stands before the keys and path tags of responses, so that several apps share a store: <c>myapp:</c>. Parts of
    /// <c>A-Z a-z 0-9 _ - . ~ @</c>, each ended by <c>:</c>, at most 128 characters. Default: nothing.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The largest body that is stored, in bytes, 1 or more. A larger one is passed through to the client whose request it
    /// answers while it is made. Default: 1,048,576.</summary>
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>Which tenant a request belongs to: tenants never share a response, and a write invalidates its own tenant's paths.
    /// <see langword="null"/> or a function that returns null: none. Default: null.</summary>
    public Func<HttpContext, string?>? Tenant { get; set; }

    /// <summary>Whether requests may ask for a response that is not from the cache (<c>Cache-Control: no-cache, no-store, max-age,
    /// min-fresh, only-if-cached</c>; <c>Pragma: no-cache</c>). Reloads of one key never run beside each other, but whoever sends them
    /// decides how often the endpoint runs. Default: true, as RFC 9111 asks.</summary>
    public bool HonorRequestCacheControl { get; set; } = true;

    /// <summary>Whether a write that succeeded (POST, PUT, PATCH, DELETE and every other method that is not safe, status 200 to 399)
    /// invalidates the responses of its path and of the collection above it. Default: true.</summary>
    public bool InvalidateOnWrite { get; set; } = true;

    /// <summary>How long a request waits for the store to invalidate, above zero, at most a minute, before the failure is logged and
    /// the write is answered all the same. Default: 2 seconds.</summary>
    public TimeSpan InvalidationTimeout { get; set; } = TimeSpan.FromSeconds(2);

    internal void ThrowIfInvalid()
    {
        Require(DefaultTtl > TimeSpan.Zero, nameof(DefaultTtl), $"is {DefaultTtl}; it must be above zero");
        Require(Prefix is not null && OutsideKey.IsPrefix(Prefix), nameof(Prefix),
            "must be empty or parts of letters, digits and _ - . ~ @, each ended by ':', at most 128 characters");
        Require(MaxBodyBytes >= 1, nameof(MaxBodyBytes), $"is {MaxBodyBytes}; it must be 1 or more");
        Require(InvalidationTimeout > TimeSpan.Zero && InvalidationTimeout <= TimeSpan.FromMinutes(1), nameof(InvalidationTimeout),
            $"is {InvalidationTimeout}; it must be above zero and at most a minute");
    }

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition) throw new ArgumentException($"{nameof(ResponseCacheOptions)}.{option} {problem}.");
    }
}

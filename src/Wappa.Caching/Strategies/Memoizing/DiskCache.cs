namespace Wappa.Caching;

/// <summary>A cache whose entries outlive the process: it keeps them in the app's backend, for a day unless said otherwise. On the JSON
/// backend they are on disk; damaged files are set aside and count as missing.</summary>
/// <param name="context">The app's: its backend decides where entries are kept.</param>
/// <param name="name">Its namespace, 1 to 256 characters, and its name in metrics.</param>
/// <param name="ttl">Time to live, above zero. Default: 86,400 seconds.</param>
/// <param name="version">Which version a value is. Default: versions are not looked at.</param>
/// <typeparam name="T">The value.</typeparam>
public class DiskCache<T>(CacheStrategyContext context, string name, TimeSpan? ttl = null, Func<T, long>? version = null)
    : KeyedCache<string, T>(
        context, name, CacheEntryPolicy.Default with { Ttl = ttl ?? TimeSpan.FromSeconds(86_400) }, version);

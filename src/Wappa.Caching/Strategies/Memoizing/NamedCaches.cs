namespace Wappa.Caching;

/// <summary>Answers of a paid or slow API by request: 100 for 600 seconds each.</summary>
/// <param name="time">The clock. Default: the system's.</param>
/// <typeparam name="T">The answer.</typeparam>
public sealed class ApiResponseCache<T>(TimeProvider? time = null) : ExpiringCache<string, T>("api_responses", time: time);

/// <summary>Messages by id: 100, without expiry, since a message does not change.</summary>
/// <param name="time">The clock. Default: the system's.</param>
/// <typeparam name="T">The message.</typeparam>
public sealed class MessageCache<T>(TimeProvider? time = null)
    : ExpiringCache<string, T>("messages", ttl: Timeout.InfiniteTimeSpan, time: time);

/// <summary>What is known of groups, by id: 100 for 600 seconds each. Change a group with
/// <see cref="KeyedCache{TKey, T}.UpdateAsync"/>.</summary>
/// <param name="time">The clock. Default: the system's.</param>
/// <param name="version">Which version a group is. Default: versions are not looked at.</param>
/// <typeparam name="T">The group.</typeparam>
public sealed class GroupCache<T>(TimeProvider? time = null, Func<T, long>? version = null)
    : ExpiringCache<string, T>("groups", version: version, time: time);

/// <summary>Settings by name, in the app's backend for 86,400 seconds: on the JSON backend a restart finds them again.</summary>
/// <param name="context">The app's.</param>
/// <typeparam name="T">The setting.</typeparam>
public sealed class ConfigurationCache<T>(CacheStrategyContext context) : DiskCache<T>(context, "configuration");

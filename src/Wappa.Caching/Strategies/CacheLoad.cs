using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Loading;

namespace Wappa.Caching;

/// <summary>One load as it runs: what it may use, and what it may decide about its entry. Belongs to the load; not thread-safe, and
/// over when the load's task has ended.</summary>
public sealed class CacheLoad
{
    private readonly IServiceScopeFactory? _scopes;
    private readonly IStaleValue? _stale;
    private AsyncServiceScope? _scope;

    internal CacheLoad(IServiceScopeFactory? scopes, CacheEntryPolicy policy, IStaleValue? stale)
    {
        _scopes = scopes;
        _stale = stale;
        Ttl = policy.Ttl;
        Tags = policy.Tags;
        TtlIsDecided = false;
    }

    /// <summary>The services of a scope of its own, made when first asked for and disposed of when the load ends. A load may outlive
    /// the request that started it, so it must not use that request's services.</summary>
    /// <exception cref="InvalidOperationException">The <see cref="CacheStrategyContext"/> was made without services.</exception>
    public IServiceProvider Services
    {
        get
        {
            _scope ??= (_scopes ?? throw new InvalidOperationException(
                $"This {nameof(CacheStrategyContext)} has no services. Give its constructor an {nameof(IServiceScopeFactory)}, or take " +
                "the context from an app that called AddWappaCaching.")).CreateAsyncScope();
            return _scope.Value.ServiceProvider;
        }
    }

    /// <summary>How long the result is fresh, above zero; <see langword="null"/>: until it is removed or evicted. At the start: the
    /// policy's, or the call's. The policy's jitter and stale windows still apply. For a null result what is set here goes before
    /// <see cref="CacheEntryPolicy.NegativeTtl"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above zero.</exception>
    public TimeSpan? Ttl
    {
        get;
        set
        {
            field = CacheEntryPolicy.Above0(value, nameof(Ttl));
            TtlIsDecided = true;
        }
    }

    /// <summary>The labels of the result; none empty. At the start: the policy's.</summary>
    /// <exception cref="ArgumentException">One is empty.</exception>
    public ImmutableArray<string> Tags
    {
        get;
        set => field = CacheEntryPolicy.CheckedTags(value, nameof(Tags));
    } = [];

    /// <summary>Whether there is an older value: what a stale entry held.</summary>
    public bool HasStale => _stale is not null;

    internal bool TtlIsDecided { get; private set; }

    internal bool IsNotCached { get; private set; }

    /// <summary>Whether the result ends with its time to live, whatever stale windows the policy has.</summary>
    internal bool IsNeverStale { get; set; }

    /// <summary>A second result, to be stored under another key if the first one is.</summary>
    internal LoadCompanion? Companion { get; set; }

    /// <summary>The value of the stale entry this load replaces, to return it again if the source says that nothing
    /// changed.</summary>
    /// <typeparam name="T">The strategy's type of value.</typeparam>
    /// <param name="value">A copy of the caller's own, if the type is mutable.</param>
    /// <returns>False: there is none, or it is of another type.</returns>
    public bool TryGetStale<T>([MaybeNullWhen(false)] out T value)
    {
        value = default;
        return _stale is IStaleValue<T> stale && stale.TryGet(out value);
    }

    /// <summary>The result goes to those who wait for it and is not stored. What was stored before stays as it was.</summary>
    public void DoNotCache() => IsNotCached = true;

    internal ValueTask EndAsync() => _scope is { } scope ? scope.DisposeAsync() : ValueTask.CompletedTask;
}

namespace Wappa.Caching;

/// <summary>What is put into the caches when the app starts, and how.</summary>
public sealed class CacheWarmingOptions
{
    /// <summary>How many items are warmed at once, 1 or more. Default: 4, so that a database that has just started is not
    /// flooded.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>How long warming may take, above zero; what is left then is loaded when it is asked for. Default: 30 seconds.</summary>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the app takes no requests until warming has ended. Default: false.</summary>
    public bool WaitAtStart { get; set; }

    internal List<CacheWarmingSource> Sources { get; } = [];

    /// <summary>Warms one thing.</summary>
    /// <param name="name">What it is called in logs and metrics; not a key.</param>
    /// <param name="warm">Reads through the caches; is given the services of a scope of its own.</param>
    /// <returns>The same options.</returns>
    public CacheWarmingOptions Add(string name, Func<IServiceProvider, CancellationToken, Task> warm)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(warm);
        Sources.Add(new(name, (_, _) => Task.FromResult<IReadOnlyList<Func<IServiceProvider, CancellationToken, Task>>>([warm])));
        return this;
    }

    /// <summary>Warms many things of a kind.</summary>
    /// <param name="name">What they are called in logs and metrics; not a key.</param>
    /// <param name="list">Says which, e.g. the ids of the latest conversations.</param>
    /// <param name="warm">Warms one of them; is given the services of a scope of its own.</param>
    /// <returns>The same options.</returns>
    public CacheWarmingOptions AddMany<TItem>(
        string name, Func<IServiceProvider, CancellationToken, Task<IReadOnlyList<TItem>>> list,
        Func<IServiceProvider, TItem, CancellationToken, Task> warm)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(warm);
        Sources.Add(new(name, async (services, token) =>
        {
            var items = await list(services, token).ConfigureAwait(false);
            return [.. items.Select(item => (Func<IServiceProvider, CancellationToken, Task>)((own, stop) => warm(own, item, stop)))];
        }));
        return this;
    }

    internal void ThrowIfInvalid()
    {
        if (Concurrency < 1) throw new ArgumentException($"CacheWarmingOptions.Concurrency is {Concurrency}; it must be 1 or more.");
        if (TimeLimit <= TimeSpan.Zero)
            throw new ArgumentException($"CacheWarmingOptions.TimeLimit is {TimeLimit}; it must be above zero.");
    }
}

/// <summary>Items of one kind, found when warming begins.</summary>
internal sealed record CacheWarmingSource(
    string Name,
    Func<IServiceProvider, CancellationToken, Task<IReadOnlyList<Func<IServiceProvider, CancellationToken, Task>>>> List);

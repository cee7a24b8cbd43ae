using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>All that the conformance suites need to know of a store of entries: how an empty one is made, and how its
/// time passes. Write one harness, then one line per suite:
/// <c>public sealed class MyFencingTests() : CacheStoreFencingConformance(new MyHarness());</c></summary>
/// <remarks>Each test has its own harness and its own store. <see cref="CacheStoreSuites.MissingIn"/> tells which
/// suites a test project has forgotten.</remarks>
public abstract class CacheStoreHarness : IAsyncDisposable
{
    /// <summary>The clock of stores that take a <see cref="TimeProvider"/>.</summary>
    public ManualTimeProvider Clock { get; } = new();

    /// <summary>The store's wall clock, against which <see cref="CacheEntry.StoredAt"/> is checked. Default:
    /// <see cref="Clock"/>.</summary>
    public virtual DateTimeOffset UtcNow => Clock.GetUtcNow();

    /// <summary>The shortest time the store can tell apart, above zero and below a second. Default: one tick of 100
    /// ns.</summary>
    public virtual TimeSpan TimeStep => new(1);

    /// <summary>How much a remaining time or an instant may be off when the clock is not ours to stop. Default:
    /// zero.</summary>
    public virtual TimeSpan TimeTolerance => TimeSpan.Zero;

    /// <summary>Makes a store that holds nothing and that no other test can see.</summary>
    public abstract ValueTask<ICacheStore> CreateAsync();

    /// <summary>Lets the store's time pass: by default the manual clock's. A store with a clock of its own may shift or
    /// wait for that one here.</summary>
    /// <param name="by">Zero or more.</param>
    public virtual ValueTask AdvanceAsync(TimeSpan by)
    {
        Clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    /// <summary>Looks whether the store's own structures are still in order; called after each test, with nothing
    /// running. Default: nothing is looked at.</summary>
    /// <param name="store">The test's store.</param>
    public virtual ValueTask VerifyAsync(ICacheStore store) => ValueTask.CompletedTask;

    /// <summary>Gives back what the stores of this harness took: folders, key prefixes, connections.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

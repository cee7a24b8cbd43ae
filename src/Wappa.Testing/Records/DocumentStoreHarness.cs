namespace Wappa.Testing;

/// <summary>All that the conformance suites need to know of a store: how an empty one is made, and how its time passes.
/// Write one harness, then one line per suite: <c>public sealed class MyTtlTests() : RecordTtlConformance(new
/// MyHarness());</c></summary>
/// <remarks>Each test has its own harness and its own store. <see cref="RecordSuites.MissingIn"/> tells which suites a
/// test project has forgotten.</remarks>
public abstract class DocumentStoreHarness : IAsyncDisposable
{
    /// <summary>The clock of stores that take a <see cref="TimeProvider"/>.</summary>
    public ManualTimeProvider Clock { get; } = new();

    /// <summary>The shortest time the store can tell apart, above zero. Default: one tick of 100 ns.</summary>
    public virtual TimeSpan TimeStep => new(1);

    /// <summary>How much the remaining time of a record may be off when the clock is not ours to stop. Default:
    /// zero.</summary>
    public virtual TimeSpan TtlTolerance => TimeSpan.Zero;

    /// <summary>Makes a store that holds nothing and that no other test can see.</summary>
    /// <param name="options">The limits and keys it must keep to.</param>
    public abstract ValueTask<IDocumentStore> CreateAsync(CachingOptions options);

    /// <summary>Lets the store's time pass: by default the manual clock's. A store with a clock of its own may shift or
    /// wait for that one here.</summary>
    /// <param name="by">Zero or more.</param>
    public virtual ValueTask AdvanceAsync(TimeSpan by)
    {
        Clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    /// <summary>Gives back what the stores of this harness took: folders, key prefixes, connections.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

using Wappa.Caching.Layering;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

/// <summary>One node's layer over a shared store the test can hold up, and a second way to that store: another node.</summary>
public abstract class LayeredFixture : IAsyncDisposable
{
    private protected static readonly RecordKey Key = RecordKey.State("hotel123", "1234567890", "pizza_order");
    private protected static readonly RecordKey OtherKey = RecordKey.User("hotel123", "1234567890");

    private readonly MemoryDocumentStore _memory;

    protected LayeredFixture()
    {
        _memory = new MemoryDocumentStore(time: Clock);
        Told = new ToldDocumentStore(_memory, _ => { });
        Shared = new InterceptedDocumentStore(Told);
        Layered = Make(new LayerOptions());
    }

    private protected ManualTimeProvider Clock { get; } = new();

    private protected FakeFeed<IRecordChangeListener> Feed { get; } = new();

    /// <summary>Counts the reads of the shared store.</summary>
    private protected ToldDocumentStore Told { get; }

    /// <summary>What the layer asks: held up by the test.</summary>
    private protected InterceptedDocumentStore Shared { get; }

    /// <summary>The shared store as another node writes it: nothing is told unless the test does.</summary>
    private protected IDocumentStore Elsewhere => _memory;

    private protected LayeredDocumentStore Layered { get; set; }

    private protected LayeredDocumentStore Make(LayerOptions options) => new(Shared, Feed, options, Clock);

    private protected static RecordChange Set(int n, TimeSpan? ttl = null) =>
        new RecordChange.Set(CacheDocument.Parse($$"""{"n":{{n}}}"""), ttl);

    private protected ValueTask<ChangeResult> WriteElsewhereAsync(int n, TimeSpan? ttl = null) =>
        Elsewhere.ApplyAsync(Key, Set(n, ttl));

    private protected void Tell(RecordKey key) => Feed.Tell(listener => listener.OnChanged(key));

    private protected async Task<int?> ReadAsync() => (await Layered.GetAsync(Key)).Document?.GetField<int>("n");

    /// <summary>Whether a read is answered without the shared store.</summary>
    private protected async Task<bool> IsKeptAsync(RecordKey key)
    {
        var before = Told.Reads;
        await Layered.GetAsync(key);
        return Told.Reads == before;
    }

    /// <summary>Lets the next call of an operation reach the shared store and holds its answer back.</summary>
    private protected Held HoldAnswerOf(string operation)
    {
        var held = new Held();
        Shared.After = call =>
        {
            if (call.Operation != operation) return ValueTask.CompletedTask;
            Shared.After = _ => ValueTask.CompletedTask;
            held.Came.SetResult();
            return new(held.Release.Task);
        };
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        await Layered.DisposeAsync();
        _memory.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected sealed class Held
    {
        /// <summary>The shared store has done it.</summary>
        internal TaskCompletionSource Came { get; } = new();

        /// <summary>Lets the answer go, or fails it.</summary>
        internal TaskCompletionSource Release { get; } = new();
    }
}

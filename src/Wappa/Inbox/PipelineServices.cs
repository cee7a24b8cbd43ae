using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Graph;
using Wappa.Outbox;
using Wappa.Telemetry;
using Wappa.Timers;
using Wappa.Turns;

namespace Wappa.Inbox;

/// <summary>What every lane draws from.</summary>
internal sealed class PipelineServices
{
    private const string Volatile = "memory";
    private const string Shared = "redis";
    private const string OneProcess = "json"; // durable, but no other process can have its folder

    // No leases there, and all of them are one process's. They spread the batches over owners, as stores keep an owner's records
    // side by side: tens of thousands under one would be looked through with each write.
    private const int PartitionsOfOneProcess = 64;

    // A user's record outlives the window, so that at its very end an item is still known.
    private static readonly TimeSpan WindowMargin = TimeSpan.FromSeconds(1);

    public PipelineServices(
        IDocumentStore store, IOptions<WappaOptions> options, IOptions<CachingOptions> caching, TurnRunner runner,
        TurnServices turns, GraphClient graph, TurnWatch watch, TimeProvider time, ILogger<PipelineServices> logger)
    {
        Store = store;
        Inbox = options.Value.Inbox;
        Runner = runner;
        TurnServices = turns;
        Graph = graph;
        Watch = watch;
        Time = time;
        Logger = logger;
        IsDurable = Inbox.IsDurable ?? store.Backend != Volatile;
        if (IsDurable && store.Backend == Shared && store.Find<IStoreSignals>() is null) throw Hidden(store);
        PartitionCount = !IsDurable ? 1 : store.Find<IStoreSignals>() is null ? PartitionsOfOneProcess : Inbox.Partitions;
        RememberFor = Inbox.DuplicateWindow + WindowMargin;
        Timers = new(store, time, watch.Idle, isShared: IsDurable && store.Backend != OneProcess);
        Turns = new(Inbox.MaxConcurrentTurns);
        Posts = new(Inbox.MaxConcurrentTurns);
        MaxRecordBytes = caching.Value.MaxRecordBytes;
        Held = new(store, RememberFor);
    }

    internal IDocumentStore Store { get; }

    internal InboxOptions Inbox { get; }

    internal TurnRunner Runner { get; }

    internal TurnServices TurnServices { get; }

    internal GraphClient Graph { get; }

    /// <summary>Is told what happens.</summary>
    internal TurnWatch Watch { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    /// <summary>Whether the store outlives this process. If not, writing down what waits would keep it no safer.</summary>
    internal bool IsDurable { get; }

    /// <summary>Into how many partitions the stored items are divided.</summary>
    internal int PartitionCount { get; }

    /// <summary>The batches a user's items are in.</summary>
    internal RecordSet BatchesOf(LaneKey user) =>
        InboxKeys.Batches(PartitionHash.Of(user.Tenant, user.User.Length > 0 ? user.User : null, PartitionCount));

    /// <summary>How long a mailbox lives without an item.</summary>
    internal TimeSpan RememberFor { get; }

    /// <summary>What is to come by itself.</summary>
    internal TimerBook Timers { get; }

    /// <summary>Bounds the turns that run.</summary>
    internal FairGate Turns { get; }

    /// <summary>Bounds the requests that are on their way to WhatsApp.</summary>
    internal FairGate Posts { get; }

    internal int MaxRecordBytes { get; }

    /// <summary>The list of messages whose outcome is unknown.</summary>
    internal HeldMessages Held { get; }

    /// <summary>A time that doubles with each attempt, from <paramref name="first"/> to the limit, and differs by a fifth from the
    /// times of others: what failed together need not come back together.</summary>
    internal TimeSpan Backoff(int attempt, TimeSpan first)
    {
        var doubled = first * Math.Pow(2, Math.Min(attempt - 1, 30));
        var bounded = doubled < Inbox.MaxRetryDelay ? doubled : Inbox.MaxRetryDelay;
        return bounded * (0.8 + (Random.Shared.NextDouble() * 0.2));
    }

    // Each instance would take itself for the only one, and a user's messages would run at several places at once.
    private static InvalidOperationException Hidden(IDocumentStore store) => new(
        $"{store.GetType().Name} stands around the Redis store and hides what the inbox shares it by. Implement " +
        $"{nameof(IDocumentStoreLayer)} there, whose {nameof(IDocumentStoreLayer.Inner)} is the store it calls.");
}

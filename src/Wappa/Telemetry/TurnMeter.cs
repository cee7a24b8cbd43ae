using System.Diagnostics.Metrics;
using Wappa.Inbox;

namespace Wappa.Telemetry;

/// <summary>The meter <c>Wappa</c>. Its tags never hold a tenant, a user, a number or a text.</summary>
internal sealed class TurnMeter : IDisposable
{
    internal const string Name = "Wappa";

    private readonly Meter _meter;

    public TurnMeter(IMeterFactory factory)
    {
        _meter = factory.Create(Name);
        Webhooks = Counter("wappa.webhooks", "{webhook}", "Deliveries that were answered.");
        Items = Counter("wappa.items", "{item}", "Items that were accepted.");
        Ignored = Counter("wappa.items.ignored", "{item}", "Items of deliveries that cannot be used.");
        Duplicates = Counter("wappa.items.duplicates", "{item}", "Items that were dropped because they were delivered before.");
        Retries = Counter("wappa.turn.retries", "{turn}", "Turns that have to be run again.");
        DeadLetters = Counter("wappa.dead_letters", "{item}", "Items that were given up.");
        Wait = Histogram("wappa.turn.wait", "Between an item's acceptance and its first attempt.");
        Handler = Histogram("wappa.handler.duration", "How long handlers ran.");
        Commit = Histogram("wappa.commit.duration", "How long commits of turns took.");
        Send = Histogram("wappa.send.duration", "How long posts of messages took, by how they ended.");
    }

    internal Counter<long> Webhooks { get; }

    internal Counter<long> Items { get; }

    internal Counter<long> Ignored { get; }

    internal Counter<long> Duplicates { get; }

    internal Counter<long> Retries { get; }

    internal Counter<long> DeadLetters { get; }

    internal Histogram<double> Wait { get; }

    internal Histogram<double> Handler { get; }

    internal Histogram<double> Commit { get; }

    internal Histogram<double> Send { get; }

    public void Dispose() => _meter.Dispose();

    /// <summary>Measures what waits, whenever somebody asks.</summary>
    internal void Watch(WebhookInbox inbox)
    {
        _meter.CreateObservableGauge("wappa.inbox.pending", () => (long)inbox.Pending, "{item}", "Accepted items that are not done.");
        _meter.CreateObservableGauge("wappa.inbox.lanes", () => (long)inbox.ActiveLanes, "{user}", "Users with something to do.");
    }

    private Counter<long> Counter(string name, string unit, string description) =>
        _meter.CreateCounter<long>(name, unit, description);

    private Histogram<double> Histogram(string name, string description) =>
        _meter.CreateHistogram<double>(name, "s", description);
}

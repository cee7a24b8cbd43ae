using System.Collections.Concurrent;
using Wappa.Telemetry;

namespace Wappa.Tests.Telemetry;

/// <summary>Keeps what observers are told.</summary>
internal sealed class EventLog : ITurnObserver
{
    private readonly ConcurrentQueue<TurnEvent> _events = new();

    internal Action<TurnEvent> Act { get; set; } = static _ => { };

    internal IReadOnlyList<TurnEvent> All => [.. _events];

    internal IEnumerable<string> Names => All.Select(happened => happened.GetType().Name);

    internal IEnumerable<T> Of<T>()
        where T : TurnEvent => All.OfType<T>();

    public void OnEvent(TurnEvent happened)
    {
        _events.Enqueue(happened);
        Act(happened);
    }
}

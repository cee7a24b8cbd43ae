using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace Wappa.Emulator;

/// <summary>Something that happened, ready to be sent.</summary>
/// <param name="Id">Counts up from 1.</param>
/// <param name="Name">The kind.</param>
/// <param name="Data">JSON.</param>
internal sealed record LocalEvent(long Id, string Name, string Data);

/// <summary>What happens, for those who look on. Holds the latest <see cref="Capacity"/> events, so that a connection that
/// broke can be taken up again.</summary>
internal sealed class EventFeed
{
    internal const int Capacity = 5000;
    private const string Reload = "reload";

    private readonly Lock _lock = new();
    private readonly Queue<LocalEvent> _events = new();
    private readonly List<Channel<LocalEvent>> _listeners = [];
    private long _last;

    /// <summary>The id of the latest event.</summary>
    internal long LastId
    {
        get
        {
            lock (_lock) return _last;
        }
    }

    internal void Publish(string name, object data)
    {
        var json = JsonSerializer.Serialize(data, EmulatorJson.Options);
        lock (_lock)
        {
            var happened = new LocalEvent(++_last, name, json);
            _events.Enqueue(happened);
            if (_events.Count > Capacity) _events.Dequeue();
            foreach (var listener in _listeners) listener.Writer.TryWrite(happened);
        }
    }

    /// <summary>What has happened after an event, then everything as it happens. Whoever misses some, because they
    /// are no longer held or because they did not keep up, is told <c>reload</c>.</summary>
    /// <param name="after">An event's id; null: from now on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async IAsyncEnumerable<LocalEvent> ListenAsync(
        long? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<LocalEvent>(
            new BoundedChannelOptions(2 * Capacity) { FullMode = BoundedChannelFullMode.DropOldest });
        var expected = Subscribe(channel, after);
        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (happened.Id > expected) yield return new(happened.Id - 1, Reload, "{}");
                expected = happened.Id + 1;
                yield return happened;
            }
        }
        finally
        {
            lock (_lock) _listeners.Remove(channel);
        }
    }

    // Under one lock, so that no event falls between the past and the future.
    private long Subscribe(Channel<LocalEvent> channel, long? after)
    {
        lock (_lock)
        {
            _listeners.Add(channel);
            // An id from before a restart lies in the future: everything that page knows is gone.
            if (after > _last) channel.Writer.TryWrite(new(_last, Reload, "{}"));
            var expected = Math.Min(after ?? _last, _last) + 1;
            foreach (var happened in _events)
            {
                if (happened.Id >= expected) channel.Writer.TryWrite(happened);
            }

            return after > _last ? _last : expected;
        }
    }

    /// <summary>An event's id as a browser sends it back.</summary>
    internal static long? ParseId(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}

using System.Threading.Channels;

namespace Wappa.Emulator;

/// <summary>One line of the conversation.</summary>
/// <param name="Id">The message id.</param>
/// <param name="From"><c>user</c> or <c>bot</c>.</param>
/// <param name="Phone">Whose conversation it is.</param>
/// <param name="Text">What was said.</param>
/// <param name="At">When, UTC.</param>
internal sealed record ConversationLine(string Id, string From, string Phone, string Text, DateTimeOffset At);

/// <summary>What was said, and those who listen. Holds the latest <see cref="Capacity"/> lines.</summary>
internal sealed class Conversation
{
    internal const int Capacity = 500;
    internal const string User = "user";
    internal const string Bot = "bot";

    private readonly Lock _lock = new();
    private readonly Queue<ConversationLine> _lines = new();
    private readonly List<Channel<ConversationLine>> _listeners = [];

    internal void Add(ConversationLine line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Capacity) _lines.Dequeue();
            foreach (var listener in _listeners) listener.Writer.TryWrite(line);
        }
    }

    /// <summary>Takes a line back that was not delivered, for those who listen from now on.</summary>
    internal void Remove(string id)
    {
        lock (_lock)
        {
            for (var left = _lines.Count; left > 0; left--)
            {
                var line = _lines.Dequeue();
                if (line.Id != id) _lines.Enqueue(line);
            }
        }
    }

    /// <summary>Everything said so far, then everything as it is said. A listener who does not keep up loses the oldest lines.</summary>
    internal async IAsyncEnumerable<ConversationLine> ListenAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ConversationLine>(
            new BoundedChannelOptions(2 * Capacity) { FullMode = BoundedChannelFullMode.DropOldest });

        // Under one lock, so that no line falls between the past and the future.
        lock (_lock)
        {
            foreach (var line in _lines) channel.Writer.TryWrite(line);
            _listeners.Add(channel);
        }

        try
        {
            await foreach (var line in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return line;
        }
        finally
        {
            lock (_lock) _listeners.Remove(channel);
        }
    }
}

using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>Something a customer sent.</summary>
/// <param name="Number">To which number.</param>
/// <param name="Customer">Who.</param>
/// <param name="Id">The message's id; null for raw JSON.</param>
/// <param name="At">When.</param>
/// <param name="Given">What was sent, without what WhatsApp filled in; never changed.</param>
internal sealed record Said(string Number, string Customer, string? Id, DateTimeOffset At, JsonObject Given);

/// <summary>The latest <see cref="Capacity"/> things customers sent, reactions and edits included, in order.</summary>
internal sealed class SentLog
{
    internal const int Capacity = 5000;

    private readonly Lock _lock = new();
    private readonly Queue<Said> _said = new();

    internal void Add(Said said)
    {
        lock (_lock)
        {
            _said.Enqueue(said);
            if (_said.Count > Capacity) _said.Dequeue();
        }
    }

    internal IReadOnlyList<Said> Of(string number, string customer)
    {
        lock (_lock) return [.. _said.Where(said => said.Number == number && said.Customer == customer)];
    }

    internal void Clear()
    {
        lock (_lock) _said.Clear();
    }
}

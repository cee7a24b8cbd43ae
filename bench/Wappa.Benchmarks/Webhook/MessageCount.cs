namespace Wappa.Benchmarks.Webhook;

/// <summary>How many messages a server has done with, so that a run can check that none was skipped.</summary>
internal sealed class MessageCount
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Add(int messages) => Interlocked.Add(ref _value, messages);
}

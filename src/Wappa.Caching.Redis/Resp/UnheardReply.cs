namespace Wappa.Caching.Redis.Resp;

/// <summary>Stands among those in flight for a reply nobody waits for, as that to ASKING.</summary>
internal sealed class UnheardReply : PendingCommand
{
    private UnheardReply()
    {
    }

    internal static UnheardReply Instance { get; } = new();

    internal override string? Key => null;

    internal override void Write(ref CommandWriter writer) => throw new NotSupportedException();

    internal override void TakeReply(ReadOnlySpan<byte> reply)
    {
    }

    internal override void TakeError(Exception error)
    {
    }

    internal override void Finish()
    {
    }
}

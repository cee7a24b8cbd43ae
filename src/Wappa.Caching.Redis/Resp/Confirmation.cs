namespace Wappa.Caching.Redis.Resp;

/// <summary>Stands among those in flight for the reply to a WAIT, and keeps the writes it is to confirm: their callers hear of them when
/// it has come.</summary>
/// <remarks>
/// <para>A WAIT counts the replicas that have all this connection has written before it. So it may confirm several writes, and commands
/// that come in between do it no harm; but it must be on the connection of its writes: sent on another, it would count for nothing.</para>
/// <para>The server runs nothing else of the connection meanwhile. One WAIT is under way at a time: what is written while it lasts shares
/// the next. Were each write followed by its own, they would run one after the other.</para>
/// <para>A write that has had its reply is claimed: no deadline and no cancellation ends it any more, but the WAIT, which the server
/// bounds, or the end of the connection. The replies are the reader's alone; the demand grows under the wire's gate, before the
/// WAIT is encoded.</para>
/// </remarks>
internal sealed class Confirmation : PendingCommand
{
    private readonly List<PendingCommand> _made = [];
    private int _replicas;
    private TimeSpan _within;

    internal override string? Key => null;

    /// <summary>A write that is to be confirmed is being encoded.</summary>
    internal void Expect(RedisDurability durability)
    {
        _replicas = Math.Max(_replicas, durability.Replicas);
        if (durability.Within > _within) _within = durability.Within;
    }

    /// <summary>The reply of such a write has come: it is no error, and does not say that nothing was written.</summary>
    internal void Add(PendingCommand made) => _made.Add(made);

    internal override void Write(ref CommandWriter writer)
    {
        writer.Begin("WAIT"u8, 2);
        writer.Write(_replicas);
        writer.Write((long)_within.TotalMilliseconds);
    }

    /// <summary>The writes, each with its outcome.</summary>
    /// <param name="reply">To the WAIT.</param>
    internal IReadOnlyList<PendingCommand> Settle(ReadOnlySpan<byte> reply)
    {
        long count;
        try
        {
            var reader = new RespReader(reply);
            count = reader.ReadInteger();
        }
        catch (Exception error) when (error is RedisServerException or RespFormatException)
        {
            foreach (var made in _made) made.SetError(Failures.NotConfirmed(error));
            return _made;
        }

        foreach (var made in _made)
            if (made.Options.Durability is { } wanted && count < wanted.Replicas) made.SetError(Failures.NotReplicated(wanted, count));
        return _made;
    }

    /// <summary>The connection ended before the reply to the WAIT.</summary>
    internal void Lose(Exception? cause)
    {
        foreach (var made in _made) made.Fail(Failures.Lost(cause));
        _made.Clear();
    }

    internal override void TakeReply(ReadOnlySpan<byte> reply) => throw new NotSupportedException();

    internal override void TakeError(Exception error) => throw new NotSupportedException();

    internal override void Finish() => throw new NotSupportedException();
}

using System.Threading.Tasks.Sources;

namespace Wappa.Caching.Redis.Resp;

/// <summary>A pending command with its types: what is encoded, and what its caller waits for.</summary>
/// <typeparam name="TCommand">The command, kept to be encoded again if need be.</typeparam>
/// <typeparam name="TReply">What the parser makes.</typeparam>
internal sealed class PendingCommand<TCommand, TReply> : PendingCommand, IValueTaskSource<TReply>
    where TCommand : struct, IRedisCommand
{
    private ManualResetValueTaskSourceCore<TReply> _core;
    private TCommand _command;
    private ReplyParser<TReply>? _parser;
    private TReply? _result;
    private bool _replied;

    internal override string? Key => _command.Key;

    /// <summary>The caller's end. Awaiting it gives the object back.</summary>
    internal ValueTask<TReply> Task => new(this, _core.Version);

    internal static PendingCommand<TCommand, TReply> Take(in TCommand command, ReplyParser<TReply> parser)
    {
        var pending = ObjectPool<PendingCommand<TCommand, TReply>>.TryTake() ?? new PendingCommand<TCommand, TReply>();
        pending._command = command;
        pending._parser = parser;
        return pending;
    }

    internal override void Write(ref CommandWriter writer) => _command.Write(ref writer);

    internal override void TakeReply(ReadOnlySpan<byte> reply)
    {
        _replied = true;
        try
        {
            var reader = new RespReader(reply);
            _result = _parser!.Parse(ref reader);
            HasWritten = _parser.HasWritten(_result);
        }
#pragma warning disable CA1031 // the parser is the caller's, and so is whatever it throws; the reader goes on
        catch (Exception error)
#pragma warning restore CA1031
        {
            SetError(error);
        }
    }

    internal override void TakeError(Exception error)
    {
        _replied = true;
        SetError(error);
    }

    internal override void Finish()
    {
        if (Error is { } error) _core.SetException(error);
        else _core.SetResult(_result!);
    }

    ValueTaskSourceStatus IValueTaskSource<TReply>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TReply>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    TReply IValueTaskSource<TReply>.GetResult(short token)
    {
        if (!_replied)
        {
            Unwatch();
            return _core.GetResult(token); // a queue may still refer to it: left to the garbage collector
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            _command = default;
            _result = default;
            _replied = false;
            Clear();
            ObjectPool<PendingCommand<TCommand, TReply>>.Return(this);
        }
    }
}

using System.Numerics;

namespace Wappa.Caching.Redis.Resp;

/// <summary>One live connection: what is written, what is in flight, what is read.</summary>
/// <remarks>
/// <c>_gate</c> guards the open buffer, the tail of those in flight, and the flags of flushing: the order of the bytes is the order of the
/// replies' owners. The head belongs to the reader alone, also when the connection ends: it is the reader that gathers what
/// is left in flight, after the socket has been closed under it.
/// </remarks>
internal sealed class Wire
{
    private const int MostRounds = 16;

    // With a command may come an ASKING before it and a WAIT after it, each with a reply of its own.
    private const int Companions = 2;

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly CoarseClock _clock;
    private readonly ScriptTable _scripts = new();
    private readonly PendingCommand?[] _inFlight;
    private readonly int _maxUnsent;
    private OutgoingBuffer _open = new();
    private OutgoingBuffer _sending = new();
    private long _head;
    private long _tail;
    private long _written;
    private long _handedOver;
    private Confirmation? _unconfirmed;
    private bool _confirming;
    private bool _flushing;
    private bool _flushNoted;
    private bool _closed;
    private Exception? _cause;
    private long _lastHeard;

    internal Wire(Stream stream, CoarseClock clock, RedisClientOptions options)
    {
        _stream = stream;
        _clock = clock;
        _inFlight = new PendingCommand?[BitOperations.RoundUpToPowerOf2((uint)options.MaxInFlight)];
        _maxUnsent = options.MaxUnsentBytes;
        _lastHeard = clock.Now;
    }

    /// <summary>How many commands await replies.</summary>
    internal int InFlight => (int)(Volatile.Read(ref _tail) - Volatile.Read(ref _head));

    /// <summary>When bytes came in last; on the client's clock.</summary>
    internal long LastHeard
    {
        get => Volatile.Read(ref _lastHeard);
        set => Volatile.Write(ref _lastHeard, value);
    }

    /// <summary>When the oldest of those in flight was encoded; the distant future when there is none.</summary>
    internal long OldestSentAt => _inFlight[Volatile.Read(ref _head) & (_inFlight.Length - 1)]?.SentAt ?? long.MaxValue / 2;

    /// <summary>Who reads it.</summary>
    internal WireReader? Reader { get; set; }

    internal bool IsClosed => Volatile.Read(ref _closed);

    internal Exception? Cause => _cause;

    /// <summary>The server lets this user be told of changes.</summary>
    internal bool CanTrack { get; set; }

    /// <summary>CLIENT TRACKING ON was sent on it.</summary>
    internal bool IsTracked { get; set; }

    /// <summary>Encodes a waiting command and has it flushed. It may have ended meanwhile: then nothing happens.</summary>
    /// <param name="pending">The command.</param>
    /// <param name="isNew">Its caller does not have its task yet: it may be finished on this thread without running anybody's
    /// continuation.</param>
    /// <returns>False: the connection is closed or has no room; the command still waits.</returns>
    internal bool TryPost(PendingCommand pending, bool isNew = false)
    {
        bool flush;
        lock (_gate)
        {
            if (_closed || _open.Length >= _maxUnsent || _tail - Volatile.Read(ref _head) >= _inFlight.Length - Companions)
                return false;
            if (!pending.TryBeginEncoding()) return true;
            if (!TryEncode(pending)) return true;
            flush = !_flushing && !_flushNoted;
            if (flush) _flushNoted = true;
        }

        if (!flush || CompletionQueue.TryFlushLater(this)) return true;
        FlushNoted();
        Reader?.Resume(isNew ? pending : null);
        return true;
    }

    /// <summary>Sends what has gathered, unless somebody else is doing so.</summary>
    internal void FlushNoted()
    {
        lock (_gate)
        {
            _flushNoted = false;
            if (_flushing || _closed || _open.Length == 0) return;
            _flushing = true;
        }

        _ = FlushAsync();
    }

    /// <summary>Asks the server one thing during the handshake or for the client itself, and waits.</summary>
    internal async ValueTask<T> AskAsync<TCommand, T>(
        TCommand command, ReplyParser<T> parser, TimeSpan timeout, CancellationToken cancellationToken)
        where TCommand : struct, IRedisCommand
    {
        var pending = PendingCommand<TCommand, T>.Take(command, parser);
        var answer = pending.Task;
        pending.Begin(new CallOptions { Timeout = timeout }, _clock.After(timeout));
        pending.IsHandshake = true;
        pending.WatchFor(cancellationToken);
        if (!TryPost(pending) && pending.TryClaimWaiting()) pending.Fail(Failures.Lost(_cause));
        return await answer.ConfigureAwait(false);
    }

    /// <summary>Sends words that no reply belongs to: subscriptions, which are answered by pushes.</summary>
    internal void PostUnanswered<TCommand>(TCommand command)
        where TCommand : struct, IRedisCommand
    {
        lock (_gate)
        {
            if (_closed) return;
            var writer = new CommandWriter(_open, _scripts);
            var start = _open.Length;
            command.Write(ref writer);
            writer.ThrowIfIncomplete();
            _written += _open.Length - start;
        }

        FlushNoted();
    }

    /// <summary>Ends the connection. Its reader will report what was in flight.</summary>
    internal void Close(Exception? cause)
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _cause = cause;
        }

        _stream.Dispose();
        Reader?.ResumeSoon();
    }

    /// <summary>A WAIT has been answered: what was written meanwhile gets its own.</summary>
    internal void OnConfirmed()
    {
        lock (_gate)
        {
            _confirming = false;
            if (_unconfirmed is null || _closed) return;
            Confirm();
        }

        FlushNoted();
    }

    /// <summary>The connection has ended with writes for which no WAIT was sent. For the reader.</summary>
    internal void LoseUnconfirmed()
    {
        Confirmation? unconfirmed;
        lock (_gate) unconfirmed = _unconfirmed;
        unconfirmed?.Lose(_cause);
    }

    /// <summary>Forgets that the server knows a script.</summary>
    internal void Forget(ScriptUse use)
    {
        lock (_gate) _scripts.Forget(use);
    }

    /// <summary>Ends commands whose deadline has passed.</summary>
    internal void CheckDeadlines(long now)
    {
        var tail = Volatile.Read(ref _tail);
        for (var at = Volatile.Read(ref _head); at < tail; at++)
            _inFlight[at & (_inFlight.Length - 1)]?.CheckDeadline(now, whileWaiting: null);
    }

    /// <summary>The command whose reply comes next. For the reader.</summary>
    internal PendingCommand? Next()
    {
        if (_head == Volatile.Read(ref _tail)) return null;
        ref var place = ref _inFlight[_head & (_inFlight.Length - 1)];
        var pending = place;
        place = null;
        Volatile.Write(ref _head, _head + 1);
        return pending;
    }

    /// <summary>Whether a command left in flight may have reached the server.</summary>
    internal bool MayHaveBeenSent(PendingCommand pending) => pending.StartOffset < _handedOver;

    private bool TryEncode(PendingCommand pending)
    {
        var start = _open.Length;
        try
        {
            if (pending.Asking)
            {
                "*1\r\n$6\r\nASKING\r\n"u8.CopyTo(_open.Room(16));
                _open.Advance(16);
            }

            var writer = new CommandWriter(_open, _scripts);
            pending.Write(ref writer);
            writer.ThrowIfIncomplete();
            pending.Script = writer.Script;
        }
#pragma warning disable CA1031 // the command's own code failed: its caller is told, the others go on
        catch (Exception error)
#pragma warning restore CA1031
        {
            _open.CutTo(start);
            pending.FailEncoding(error);
            pending.Fail(error);
            return false;
        }

        if (pending.Asking) Append(UnheardReply.Instance);
        pending.StartOffset = _written;
        pending.SentAt = _clock.Now;
        _written += _open.Length - start;
        if (pending.Options.Durability is { Replicas: > 0 } durability)
        {
            pending.Confirmation = _unconfirmed ??= new Confirmation();
            _unconfirmed.Expect(durability);
        }

        pending.EndEncoding();
        Append(pending);
        return true;
    }

    // Encoded as late as possible: whatever stands in the buffer by then is confirmed too.
    private void Confirm()
    {
        var confirmation = _unconfirmed!;
        (_unconfirmed, _confirming) = (null, true);
        var start = _open.Length;
        var writer = new CommandWriter(_open, _scripts);
        confirmation.Write(ref writer);
        writer.ThrowIfIncomplete();
        confirmation.SentAt = _clock.Now;
        _written += _open.Length - start;
        Append(confirmation);
    }

    private void Append(PendingCommand pending)
    {
        _inFlight[_tail & (_inFlight.Length - 1)] = pending;
        Volatile.Write(ref _tail, _tail + 1);
    }

    private async Task FlushAsync()
    {
        try
        {
            for (var rounds = 1; TryTakeOpen(out var bytes); rounds++)
            {
                var write = _stream.WriteAsync(bytes);
                if (!write.IsCompletedSuccessfully) await write.ConfigureAwait(false);
                _sending.Clear();

                // A caller's thread sends for others while it is at it, but not for ever.
                if (rounds == MostRounds) await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
        }
#pragma warning disable CA1031 // whatever stops the sending ends the connection, and is told as the cause
        catch (Exception error)
#pragma warning restore CA1031
        {
            Close(error);
        }
    }

    private bool TryTakeOpen(out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            bytes = default;
            if (_closed || _open.Length == 0)
            {
                _flushing = false;
                return false;
            }

            if (_unconfirmed is not null && !_confirming) Confirm();
            (_open, _sending) = (_sending, _open);
            _handedOver = _written;
            bytes = _sending.Written;
            return true;
        }
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Reads one connection: finds replies in a contiguous buffer, gives each to the oldest command in flight, and hands the
/// finished commands of one read to their callers together.</summary>
/// <param name="stream">The connection.</param>
/// <param name="wire">Whose commands are in flight.</param>
/// <param name="owner">Is told of all that is no plain reply.</param>
/// <param name="completions">Wakes the callers.</param>
/// <param name="clock">For <see cref="Wire.LastHeard"/>.</param>
/// <param name="options">The limits.</param>
internal sealed class WireReader(
    Stream stream, Wire wire, IWireOwner owner, CompletionQueue completions, CoarseClock clock, RedisClientOptions options)
{
    private const int UsualSize = 64 << 10;
    private const int MostReadsAtOnce = 4;

    // This thread is inside Resume: a caller's or a timer's, on which no other caller's continuation may run.
    [ThreadStatic]
    private static bool _resuming;

    private readonly RespScanner _scanner = new(options.MaxReplyBytes, options.MaxReplyDepth);
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(UsualSize);
    private int _start;
    private int _end;
    private PendingCommand? _first;
    private PendingCommand? _last;
    private int _readsAtOnce;
    private Action? _resume;
    private int _parked;
    private PendingCommand? _own;
    private bool _undrained;
    private bool _isAlone;

    /// <summary>In RESP2 a subscription's messages come as arrays; only a connection of nothing else can tell them apart.</summary>
    internal bool ArraysMayBePushes { get; init; }

    /// <summary>Goes on reading if the reader is waiting for its caller: called after a flush, by the clock, and when the caller's
    /// continuation has returned, whichever is first. So a continuation that blocks delays the reader by a tick at most.</summary>
    /// <param name="own">What this thread has just posted, whose caller does not have its task yet. Null: nothing.</param>
    internal void Resume(PendingCommand? own = null)
    {
        if (Volatile.Read(ref _parked) == 0 || Interlocked.Exchange(ref _parked, 0) == 0) return;
        _resuming = true;
        _own = own;
        try
        {
            _resume!();
        }
        finally
        {
            _resuming = false;
        }
    }

    /// <summary>As <see cref="Resume"/>, on a thread of the pool.</summary>
    internal void ResumeSoon()
    {
        if (Volatile.Read(ref _parked) == 1)
            ThreadPool.UnsafeQueueUserWorkItem(static reader => reader.Resume(), this, preferLocal: false);
    }

    /// <summary>Reads until the connection ends, whoever ends it.</summary>
    internal async Task RunAsync()
    {
        _scanner.Reset();
        wire.Reader = this;
        try
        {
            while (true)
            {
                if (MayPark) await new ParkThenDrain(this);
                MakeRoom();
                var read = stream.ReadAsync(_bytes.AsMemory(_end));
                if (!read.IsCompleted) _own = null; // from here on its caller may go on
                var count = await new ReadThenDrain(this, read);
                if (count == 0) throw new EndOfStreamException("The server closed the connection.");
                _end += count;
                wire.LastHeard = clock.Now;
                TakeReplies();
                owner.OnRoom(wire);
            }
        }
#pragma warning disable CA1031 // whatever ends the reading ends the connection, and is told as the cause
        catch (Exception error)
#pragma warning restore CA1031
        {
            wire.Close(error);
        }

        if (_undrained) completions.CallGuard();
        wire.LoseUnconfirmed();
        ArrayPool<byte>.Shared.Return(_bytes);
        var left = new List<PendingCommand>();
        while (wire.Next() is { } pending)
        {
            if (pending is Confirmation confirmation) confirmation.Lose(wire.Cause);
            else if (pending is not UnheardReply) left.Add(pending);
        }

        owner.OnClosed(wire, left);
    }

    private void TakeReplies()
    {
        try
        {
            while (_start < _end && _scanner.TryScan(_bytes.AsSpan(_start, _end - _start), out var length))
            {
                TakeReply(_bytes.AsSpan(_start, length));
                _start += length;
                _scanner.Reset();
            }
        }
        finally
        {
            var own = _own!;
            if (_first is not null && ReferenceEquals(_first, _own) && ReferenceEquals(_last, _own))
            {
                // The reply was there at once, and nobody can be awaiting it yet: this runs no continuation.
                _first = _last = _own = null;
                own.Finish();
            }
            else if (_first is not null)
            {
                _isAlone = ReferenceEquals(_first, _last);
                completions.Add(_first, _last!);
                _first = _last = null;
                _undrained = true;
            }
        }
    }

    private void TakeReply(ReadOnlySpan<byte> reply)
    {
        if ((RespKind)reply[0] == RespKind.Push || (ArraysMayBePushes && IsMessage(reply)))
        {
            var push = new RespReader(reply);
            owner.OnPush(wire, ref push);
            return;
        }

        var pending = wire.Next() ?? throw new RespFormatException("A reply came that no command had asked for.");
        if (pending is UnheardReply) return;
        if (pending is Confirmation confirmation)
        {
            wire.OnConfirmed();
            foreach (var made in confirmation.Settle(reply)) Enqueue(made);
            return;
        }

        if ((RespKind)reply[0] is RespKind.Error or RespKind.BulkError)
        {
            var reader = new RespReader(reply);
            reader.TryReadError(out var error);
            if (owner.TryTakeBack(wire, pending, error) || !pending.TryClaimSent()) return;
            pending.TakeError(new RedisServerException(error));
        }
        else
        {
            if (!pending.TryClaimSent()) return; // its caller has left
            pending.TakeReply(reply);
            if (pending.Confirmation is { } unconfirmed && pending.HasWritten)
            {
                unconfirmed.Add(pending);
                return;
            }
        }

        Enqueue(pending);
    }

    private void Enqueue(PendingCommand pending)
    {
        if (_last is null) _first = pending;
        else _last.Next = pending;
        _last = pending;
    }

    private static bool IsMessage(ReadOnlySpan<byte> reply)
    {
        if ((RespKind)reply[0] != RespKind.Array) return false;
        var reader = new RespReader(reply);
        if (reader.ReadArrayLength() != 3 || reader.Kind != RespKind.BulkString) return false;
        var kind = reader.ReadBytes();
        return kind.SequenceEqual("message"u8) || kind.SequenceEqual("subscribe"u8);
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_bytes.Length > UsualSize) Resize(UsualSize); // grown for one large reply
            return;
        }

        var wanted = _scanner.Wanted;
        if (_bytes.Length - _start >= wanted && _end < _bytes.Length) return;
        if (wanted <= _bytes.Length) Compact();

        // By doubling at most: a length is only a claim until its bytes come.
        else Resize((int)Math.Min(wanted, _bytes.Length * 2L));
    }

    private void Compact()
    {
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        _end -= _start;
        _start = 0;
    }

    private void Resize(int size)
    {
        var resized = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(_start, _end - _start).CopyTo(resized);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = resized;
        _end -= _start;
        _start = 0;
    }

    /// <summary>Awaits a read; and if it has to be waited for, this thread first makes sure that another will go on reading, and
    /// then wakes the callers whose replies are there.</summary>
    private readonly struct ReadThenDrain(WireReader reader, ValueTask<int> read) : ICriticalNotifyCompletion
    {
        private readonly ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _read = read.ConfigureAwait(false).GetAwaiter();

        public bool IsCompleted => _read.IsCompleted && reader.MayReadOn();

        public ReadThenDrain GetAwaiter() => this;

        public int GetResult() => _read.GetResult();

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
            // Once the continuation is registered this awaiter may be gone: another thread runs on. Only locals after that.
            var undrained = reader._undrained;
            var queue = reader.Completions;
            reader._undrained = false;
            reader._readsAtOnce = 0;
            var local = _read;
            local.UnsafeOnCompleted(continuation);
            if (!undrained) return;
            if (_resuming) queue.CallGuard();
            else queue.Drain();
        }
    }

    /// <summary>Wakes the one caller there is before asking the socket for more: nothing can come before he sends again, and asking in
    /// vain would stand between his reply and his next command.</summary>
    private readonly struct ParkThenDrain(WireReader reader) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public ParkThenDrain GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
            var parked = reader; // as above: this may be gone once it is parked
            parked._undrained = false;
            parked._resume = continuation;
            Volatile.Write(ref parked._parked, 1);
            parked.Completions.Drain();
            parked.Resume();
        }
    }

    // Only one reply, and none due: the usual state of a connection with one user at a time.
    private bool MayPark => _undrained && _isAlone && !_resuming && wire.InFlight == 0;

    private CompletionQueue Completions => completions;

    // More bytes are there at once: take them along, they make the batch larger. But not for ever.
    private bool MayReadOn()
    {
        if (!_undrained || ++_readsAtOnce < MostReadsAtOnce) return true;
        completions.CallGuard();
        _undrained = false;
        _readsAtOnce = 0;
        return true;
    }
}

namespace Wappa.Caching.Redis.Resp;

/// <summary>A command between its call and its end: what there is to encode, by when, and who waits. One object from the pool carries
/// all of it, and its state decides who may end it.</summary>
/// <remarks>
/// The states of one use, in the low bits of <c>_state</c> (the rest counts the uses, so that whoever looked at an earlier
/// use cannot end a later one):
/// <code>
/// Idle -> Waiting -> Encoding -> Sent -> Claimed -> Idle     the ordinary way; claimed by the reader
/// Waiting -> Claimed                            deadline, cancellation, client closed
/// Sent -> Left                                  deadline, cancellation: the reply is still due and will be dropped
/// Sent -> Waiting                               refused by the server, or lost and idempotent
/// </code>
/// Only what the reader claimed goes back to the pool: everything else may still be referred to by a queue.
/// </remarks>
internal abstract class PendingCommand : IThreadPoolWorkItem
{
    private const int Idle = 0, Waiting = 1, Encoding = 2, Sent = 3, Claimed = 4, Left = 5;
    private const int StateMask = 7, OneUse = 8;

    private int _state;
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;

    /// <summary>The next in a queue of finished commands.</summary>
    internal PendingCommand? Next { get; set; }

    /// <summary>The options of the call; <see cref="CallOptions.Timeout"/> is set.</summary>
    internal CallOptions Options { get; private set; }

    /// <summary>On the client's clock. It is kept to within a tick of that clock.</summary>
    internal long Deadline { get; private set; }

    /// <summary>Where it began in all that was written to its connection.</summary>
    internal long StartOffset { get; set; }

    /// <summary>When it was encoded; on the client's clock.</summary>
    internal long SentAt { get; set; }

    /// <summary>When it may be tried again; on the client's clock.</summary>
    internal long NotBefore { get; set; }

    /// <summary>How often it was redirected or refused.</summary>
    internal int Refusals { get; set; }

    /// <summary>It is the client's own question to one server, whose answer, an error too, must not be sought elsewhere.</summary>
    internal bool IsHandshake { get; set; }

    /// <summary>It follows an ASK: the next node is to be told that it may serve it.</summary>
    internal bool Asking { get; set; }

    /// <summary>A reply of it was lost, so it may have happened once already.</summary>
    internal bool MaybeHappened { get; set; }

    /// <summary>The last refusal, in words for the caller. Null: none.</summary>
    internal string? Refusal { get; set; }

    /// <summary>The script it ran, as it was last encoded.</summary>
    internal ScriptUse? Script { get; set; }

    /// <summary>What its caller has to wait for beside the reply, as it was last encoded. Null: nothing.</summary>
    internal Confirmation? Confirmation { get; set; }

    /// <summary>Whether it may have changed anything, as its reply tells.</summary>
    internal bool HasWritten { get; private protected set; } = true;

    /// <summary>The key whose slot it belongs to.</summary>
    internal abstract string? Key { get; }

    /// <summary>Why it failed; set before it is finished.</summary>
    protected Exception? Error { get; private set; }

    /// <summary>Whether it may still be sent.</summary>
    internal bool IsWaiting => (Volatile.Read(ref _state) & StateMask) == Waiting;

    /// <summary>Encodes it.</summary>
    internal abstract void Write(ref CommandWriter writer);

    /// <summary>Lets its parser read the reply. Never throws: what the parser throws is the caller's.</summary>
    internal abstract void TakeReply(ReadOnlySpan<byte> reply);

    /// <summary>Takes an error as its reply.</summary>
    internal abstract void TakeError(Exception error);

    /// <summary>Wakes the caller, on this thread unless it captured a context.</summary>
    internal abstract void Finish();

    /// <summary>A thread of the pool wakes the caller.</summary>
    void IThreadPoolWorkItem.Execute() => Finish();

    internal void Begin(in CallOptions options, long deadline)
    {
        Options = options;
        Deadline = deadline;
        Volatile.Write(ref _state, (_state & ~StateMask) | Waiting); // from here on it can be ended
    }

    /// <summary>From now on the token may end it.</summary>
    internal void WatchFor(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        _cancellation = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static state => ((PendingCommand)state!).Cancel(), this);
    }

    /// <summary>Reserves it for encoding.</summary>
    /// <returns>False: it has ended.</returns>
    internal bool TryBeginEncoding() => TryMove(Waiting, Encoding);

    /// <summary>It stands in the outgoing buffer.</summary>
    internal void EndEncoding() => TryMove(Encoding, Sent);

    /// <summary>It does not: encoding failed, and the caller will be told.</summary>
    internal void FailEncoding(Exception error)
    {
        TryMove(Encoding, Claimed);
        Error = error;
    }

    /// <summary>Reserves it for its reply, or for its failure.</summary>
    /// <returns>False: the caller has left.</returns>
    internal bool TryClaimSent() => TryMove(Sent, Claimed);

    /// <summary>Reserves it for a failure before it was sent.</summary>
    internal bool TryClaimWaiting() => TryMove(Waiting, Claimed);

    /// <summary>Makes it one that waits again.</summary>
    /// <returns>False: the caller has left.</returns>
    internal bool TryWaitAgain() => TryMove(Sent, Waiting);

    /// <summary>Sets the failure of a claimed command.</summary>
    internal void SetError(Exception error) => Error = error;

    /// <summary>Ends a claimed command with a failure, on a thread of the pool.</summary>
    internal void Fail(Exception error)
    {
        Error = error;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Ends it if its deadline has passed.</summary>
    /// <param name="now">On the client's clock.</param>
    /// <param name="whileWaiting">What to say if it was not sent. Null: then it is left to the queue it has gone to.</param>
    internal void CheckDeadline(long now, Func<PendingCommand, Exception>? whileWaiting)
    {
        var seen = Volatile.Read(ref _state);
        if (now < Deadline) return;
        var use = seen & ~StateMask;

        // The deadline just read belongs to the use in `seen`, or the exchange fails.
        switch (seen & StateMask)
        {
            case Waiting when whileWaiting is not null && Interlocked.CompareExchange(ref _state, use | Claimed, seen) == seen:
                Fail(whileWaiting(this));
                break;
            case Sent when Interlocked.CompareExchange(ref _state, use | Left, seen) == seen:
                Fail(Failures.NoReply(Options.Timeout, Options.Idempotent));
                break;
        }
    }

    /// <summary>The token is of no interest any more.</summary>
    protected void Unwatch() => _registration.Dispose();

    /// <summary>Makes the object ready for its next use. Only for what the reader claimed.</summary>
    protected void Clear()
    {
        // Waits for a callback that is running: it must not meet the next use.
        _registration.Dispose();
        _registration = default;
        _cancellation = default;
        Error = null;
        Next = null;
        Refusal = null;
        Script = null;
        Confirmation = null;
        Refusals = 0;
        Asking = false;
        IsHandshake = false;
        MaybeHappened = false;
        HasWritten = true;
        Volatile.Write(ref _state, ((_state & ~StateMask) + OneUse) | Idle);
    }

    private void Cancel()
    {
        var wait = default(SpinWait);
        while (true)
        {
            // While it is being encoded its memory is being read; the caller may reuse that as soon as it is told.
            if (TryMove(Waiting, Claimed) || TryMove(Sent, Left))
            {
                Fail(new OperationCanceledException(_cancellation));
                return;
            }

            if ((Volatile.Read(ref _state) & StateMask) is Claimed or Left) return;
            wait.SpinOnce();
        }
    }

    private bool TryMove(int from, int to)
    {
        var seen = Volatile.Read(ref _state);
        return (seen & StateMask) == from && Interlocked.CompareExchange(ref _state, (seen & ~StateMask) | to, seen) == seen;
    }
}

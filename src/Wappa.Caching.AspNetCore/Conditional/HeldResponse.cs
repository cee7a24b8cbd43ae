using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Wappa.Caching.AspNetCore.Responses;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Takes the body of a response in the server's place, as long as the response may still get an ETag.</summary>
/// <remarks>
/// <para>The first write, flush or start decides by what the handler has said until then: hold the body; let it through; or, if the
/// handler made a tag itself and the client has it, discard the body. What is held goes through once it is too much, or what was flushed
/// is old (<see cref="ETagOptions.FlushHold"/>); from then on nothing is changed any more.</para>
/// <para>One operation runs at a time. <i>Interleaving:</i> the handler writes A and flushes; time is up and A is being sent by the
/// timer; the handler writes B: it waits until A has left.</para>
/// <para>The timer starts the response beside the handler. It may, as for the handler the response has started with its first write
/// (<see cref="BegunResponse"/>), so that it leaves the headers alone.</para>
/// </remarks>
#pragma warning disable CA1001 // No wait handle is ever taken of the semaphore, and a late timer must still find it.
internal sealed class HeldResponse : IHttpResponseBodyFeature
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HttpContext _context;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _body;
    private readonly ETagOptions _options;
    private readonly TimeProvider _time;

    private HeldBytes _bytes;
    private Condition _condition;
    private ExceptionDispatchInfo? _failure;
    private ITimer? _patience;
    private PipeWriter? _writer;
    private Phase _phase;
    private volatile bool _mustPass;
    private bool _isOver;

    internal HeldResponse(
        HttpContext context, IHttpResponseFeature response, IHttpResponseBodyFeature body, ETagOptions options, TimeProvider time)
    {
        _context = context;
        _response = response;
        _body = body;
        _options = options;
        _time = time;
        Stream = new HeldStream(this, context);
    }

    private enum Phase
    {
        Undecided,
        Holding,
        Discarding,
        Through,
    }

    public Stream Stream { get; }

    public PipeWriter Writer => _writer ??= PipeWriter.Create(Stream, new StreamPipeWriterOptions(leaveOpen: true));

    /// <summary>Whether the handler has written, flushed or started.</summary>
    internal bool HasBegun { get; private set; }

    public void DisableBuffering()
    {
        _mustPass = true; // what is held leaves with the next operation: this one cannot wait
        _body.DisableBuffering();
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => InTurnAsync(
        this, static (held, token) => held._phase == Phase.Through ? held._body.StartAsync(token) : held.LimitHold(), cancellationToken);

    internal Task FlushAsync(CancellationToken cancellationToken) => InTurnAsync(
        this, static (held, token) => held._phase == Phase.Through ? held._body.Stream.FlushAsync(token) : held.LimitHold(),
        cancellationToken);

    internal Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => InTurnAsync(
        (Held: this, Data: data), static (write, token) => write.Held.TakeAsync(write.Data, token), cancellationToken);

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        var length = count ?? (new FileInfo(path).Length - offset);
        var mustCopy = false;
        await InTurnAsync(
            this,
            async (held, token) =>
            {
                mustCopy = held._phase == Phase.Holding && length <= held.Room;
                if (mustCopy) return;
                if (held._phase == Phase.Holding) await held.LetGoAsync(token).ConfigureAwait(false);
                if (held._phase == Phase.Through) await held._body.SendFileAsync(path, offset, count, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        if (mustCopy) await SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken).ConfigureAwait(false);
    }

    public async Task CompleteAsync()
    {
        await FinishAsync().ConfigureAwait(false);
        await _body.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>The handler has written all it had to: what is held gets its tag, and leaves or is what the client has.</summary>
    internal async Task FinishAsync()
    {
        if (_writer is not null) await _writer.CompleteAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isOver) return;
            End();
            if (_failure is not null)
            {
                // Something in the middle is missing, and nobody threw: the client must not take it for the whole.
                _context.Abort();
                return;
            }

            if (_phase == Phase.Undecided) _phase = Decide();
            if (_phase == Phase.Holding) await TagAsync().ConfigureAwait(false);
            if (_phase == Phase.Discarding) AnswerCondition();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The handler threw. What is held is nobody's: whoever handles the error begins with nothing.</summary>
    internal async Task AbandonAsync(Exception error)
    {
        if (_writer is not null) await _writer.CompleteAsync(error).ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        End();
        if (_failure is null) _bytes.Return();
        _phase = Phase.Through;
        _turn.Release();
    }

    private int Room => _options.MaxBodyBytes - _bytes.Length;

    private IHeaderDictionary Headers => _response.Headers;

    private async Task InTurnAsync<T>(T state, Func<T, CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        HasBegun = true;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _failure?.Throw();
            if (_phase == Phase.Undecided) _phase = Decide();
            if (_phase == Phase.Holding && _mustPass) await LetGoAsync(cancellationToken).ConfigureAwait(false);
            await operation(state, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Phase Decide()
    {
        if (_mustPass || _response.HasStarted || _response.StatusCode != StatusCodes.Status200OK) return Phase.Through;
        if (Validators.OwnTag(Headers) is { } tag)
        {
            _condition = Conditions.Evaluate(_context.Request, tag, Validators.LastModified(Headers));
            return _condition.Verdict == Verdict.Proceed ? Phase.Through : Phase.Discarding;
        }

        return Taggable.MayHaveTag(Headers, _options.MaxBodyBytes) ? Phase.Holding : Phase.Through;
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_phase == Phase.Holding && data.Length > Room) await LetGoAsync(cancellationToken).ConfigureAwait(false);
        if (_phase == Phase.Holding) _bytes.Append(data.Span, Headers.ContentLength ?? 0);
        else if (_phase == Phase.Through) await _body.Stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
    }

    private Task LimitHold()
    {
        if (_phase == Phase.Holding && _patience is null)
        {
            _patience = _time.CreateTimer(
                static held => _ = ((HeldResponse)held!).PassOnFlushedAsync(), this, _options.FlushHold, Timeout.InfiniteTimeSpan);
        }

        return Task.CompletedTask;
    }

    private async Task PassOnFlushedAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_phase != Phase.Holding || _isOver) return;
            await LetGoAsync(_context.RequestAborted).ConfigureAwait(false);
            await _body.Stream.FlushAsync(_context.RequestAborted).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it is, it is the handler's: its next write throws it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _failure ??= ExceptionDispatchInfo.Capture(error);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task LetGoAsync(CancellationToken cancellationToken)
    {
        _phase = Phase.Through;
        try
        {
            if (_bytes.Length > 0) await _body.Stream.WriteAsync(_bytes.Written, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // What was sent of them nobody knows, so nothing may follow; and who failed may still be reading them, so they are not given
            // back to the pool.
            _failure = ExceptionDispatchInfo.Capture(error);
            throw;
        }

        _bytes.Return();
    }

    private async Task TagAsync()
    {
        var length = _bytes.Length;
        if (length > 0 && IsWhole(length))
        {
            var own = Validators.OwnTag(Headers); // set after the first write
            var tag = own ?? EntityTags.Compute(_bytes.Written.Span);
            _condition = Conditions.Evaluate(_context.Request, tag, Validators.LastModified(Headers));
            if (_condition.Verdict != Verdict.Proceed)
            {
                _bytes.Return();
                _phase = Phase.Discarding;
                return;
            }

            if (own is null) ContentCoding.SetTag(_context.Response, tag);
            Headers.ContentLength = length;
        }

        await LetGoAsync(_context.RequestAborted).ConfigureAwait(false);
    }

    // The handler may have said more since its first write. A body of another length than it said is not what it meant to send: the
    // server says so, and it gets no tag.
    private bool IsWhole(int length) =>
        _response.StatusCode == StatusCodes.Status200OK && (Headers.ContentLength ?? length) == length &&
        (Validators.OwnTag(Headers) is not null || Taggable.MayHaveTag(Headers, _options.MaxBodyBytes));

    private void AnswerCondition()
    {
        if (_condition.Verdict == Verdict.NotModified)
        {
            NotModified.Apply(_context.Response, _condition.Tag);
            return;
        }

        _response.StatusCode = StatusCodes.Status412PreconditionFailed;
        NotModified.WithoutBody(Headers);
        Headers.ContentLength = 0;
        Headers.ETag = _condition.Tag;
    }

    private void End()
    {
        _isOver = true;
        _patience?.Dispose();
    }
}

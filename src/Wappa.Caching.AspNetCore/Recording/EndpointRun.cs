using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Wappa.Caching.AspNetCore.Recording;

/// <summary>One run of an endpoint whose response is recorded: what the handler writes is held until it has returned, or goes on to the
/// client when it turns out to be a stream or too large. The handler's token is the load's, not the client's: one who leaves neither cuts
/// off what others wait for nor what is stored.</summary>
/// <remarks>It stands in for the response, its body, the request's life and its reset, and puts the originals back when the handler has
/// returned; so nothing of it may be used after that, and whoever started it must not let go of the request before
/// <see cref="Running"/> has ended.</remarks>
internal sealed class EndpointRun : IRecording, IHttpResponseFeature, IHttpRequestLifetimeFeature, IHttpResetFeature, IDisposable
{
    private readonly IFeatureCollection _features;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _responseBody;
    private readonly IHttpRequestLifetimeFeature? _lifetime;
    private readonly IHttpResetFeature? _reset; // HTTP/2 and later
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConditionalHeaders _conditions;
    private Stack<(Func<object, Task> Callback, object State)>? _starting;
    private CancellationTokenRegistration _client;
    private bool _hasBegun;

    /// <param name="context">The request.</param>
    /// <param name="limit">The largest body that is held.</param>
    /// <param name="hasClient">Whether somebody gets what cannot be held; else the run ends there.</param>
    internal EndpointRun(HttpContext context, int limit, bool hasClient)
    {
        Context = context;
        HasClient = hasClient;
        _features = context.Features;
        _response = _features.GetRequiredFeature<IHttpResponseFeature>();
        _responseBody = _features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _lifetime = _features.Get<IHttpRequestLifetimeFeature>();
        _reset = _features.Get<IHttpResetFeature>();
        _conditions = new ConditionalHeaders(context.Request.Headers);
        Before = [.. context.Response.Headers];
        Recorded = new RecordedBody(hasClient ? _responseBody : null, limit, this);
        RequestAborted = _stop.Token;
    }

    internal HttpContext Context { get; }

    internal bool HasClient { get; }

    /// <summary>The headers that were there before the handler ran: whoever set them sets them for every request.</summary>
    internal KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>[] Before { get; }

    internal RecordedBody Recorded { get; }

    /// <summary>Ends when the handler has returned or thrown. Never fails.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the handler has returned or thrown.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>What the handler threw.</summary>
    internal Exception? Error { get; private set; }

    /// <summary>Whether the client has got what was written.</summary>
    internal bool IsPassing => Recorded.IsPassing;

    /// <summary>Whether the handler was told to stop, so that what it wrote may be a part only.</summary>
    internal bool WasStopped => _stop.IsCancellationRequested;

    /// <summary>Whether the handler ended the connection or reset the stream: what it wrote is a part.</summary>
    internal bool WasAborted { get; private set; }

    /// <inheritdoc/>
    public bool IsStreaming { get; set; }

    int IHttpResponseFeature.StatusCode
    {
        get => _response.StatusCode;
        set => _response.StatusCode = value;
    }

    string? IHttpResponseFeature.ReasonPhrase
    {
        get => _response.ReasonPhrase;
        set => _response.ReasonPhrase = value;
    }

    IHeaderDictionary IHttpResponseFeature.Headers
    {
        get => _response.Headers;
        set => _response.Headers = value;
    }

    [Obsolete("Use IHttpResponseBodyFeature.Stream instead.")]
    Stream IHttpResponseFeature.Body
    {
        get => Recorded.Stream;
        set => throw new NotSupportedException("Replace IHttpResponseBodyFeature instead.");
    }

    bool IHttpResponseFeature.HasStarted => IsPassing && HasClient ? _response.HasStarted : _hasBegun;

    /// <inheritdoc/>
    public CancellationToken RequestAborted { get; set; }

    /// <summary>Starts the handler.</summary>
    /// <param name="handler">The endpoint.</param>
    /// <param name="stop">Tells the handler to stop: nobody waits any more, or it took too long.</param>
    /// <returns>Ends when it is known what becomes of the response: the handler has returned or thrown, or works for its own client
    /// alone. Never fails.</returns>
    internal Task StartAsync(Func<HttpContext, Task> handler, CancellationToken stop)
    {
        Running = RunAsync(handler, stop);
        return _settled.Task;
    }

    void IHttpResponseFeature.OnStarting(Func<object, Task> callback, object state)
    {
        if (IsPassing && HasClient) _response.OnStarting(callback, state);
        else if (_hasBegun) throw new InvalidOperationException("OnStarting cannot be set because the response has already started.");
        else (_starting ??= new()).Push((callback, state));
    }

    void IHttpResponseFeature.OnCompleted(Func<object, Task> callback, object state) => _response.OnCompleted(callback, state);

    /// <inheritdoc/>
    public void Abort()
    {
        WasAborted = true;
        _stop.Cancel();
        _lifetime?.Abort();
    }

    /// <inheritdoc/>
    public void Reset(int errorCode)
    {
        WasAborted = true;
        _stop.Cancel();
        _reset!.Reset(errorCode);
    }

    async ValueTask IRecording.BeginAsync()
    {
        if (_hasBegun) return;
        _hasBegun = true;
        while (_starting is { Count: > 0 })
        {
            var (callback, state) = _starting.Pop();
            await callback(state).ConfigureAwait(false);
        }

        var type = _response.Headers.ContentType.ToString();
        IsStreaming |= type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }

    void IRecording.GiveUp()
    {
        _settled.TrySetResult();
        if (!HasClient) _stop.Cancel();
        else if (_lifetime is not null) _client = _lifetime.RequestAborted.UnsafeRegister(Stop, _stop);
    }

    /// <summary>Gives the held body back.</summary>
    public void Dispose()
    {
        Recorded.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Func<HttpContext, Task> handler, CancellationToken stop)
    {
        var stopping = stop.UnsafeRegister(Stop, _stop);
        try
        {
            // Middleware may have given a request of the cache's own a shorter life. One with a client ends its wait by that token, which
            // stops the handler if nobody else waits.
            if (!HasClient && _lifetime is not null) _client = _lifetime.RequestAborted.UnsafeRegister(Stop, _stop);
            Install();
            await handler(Context).ConfigureAwait(false);
            await ((IRecording)this).BeginAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Error = error;
        }
        finally
        {
            Restore();
            await stopping.DisposeAsync().ConfigureAwait(false);
            IsDone = true;
            _settled.TrySetResult();
        }
    }

    private static void Stop(object? source) => ((CancellationTokenSource)source!).Cancel();

    private void Install()
    {
        _conditions.Remove();
        _features.Set<IHttpResponseFeature>(this);
        _features.Set<IHttpResponseBodyFeature>(Recorded);
        _features.Set<IHttpRequestLifetimeFeature>(this);
        if (_reset is not null) _features.Set<IHttpResetFeature>(this);
    }

    private void Restore()
    {
        _features.Set(_response);
        _features.Set(_responseBody);
        _features.Set(_lifetime);
        if (_reset is not null) _features.Set(_reset);
        _conditions.PutBack();
    }
}

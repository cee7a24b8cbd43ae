using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wappa.Caching;
using Wappa.Graph;
using Wappa.Inbox;
using Wappa.Telemetry;

namespace Wappa.Testing;

/// <summary>One life of the app. Killed, it does not run on in any way that could be seen from outside: its calls of stores and of
/// the Graph API never return, and nobody hears its answers.</summary>
internal sealed class BotProcess : ITurnObserver, IAsyncDisposable
{
    internal static readonly Uri WebhookUrl = new("http://bot.test/webhook/whatsapp");

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HandlerFailures _failures;
    private readonly People _people;
    private WebApplication? _app;
    private HttpMessageInvoker? _client;
    private volatile bool _isDead;
    private volatile bool _isStopped;
    private (CrashStep Step, Action Crashed)? _crash;

    private BotProcess(HandlerFailures failures, People people) => (_failures, _people) = (failures, people);

    internal bool IsDead => _isDead || _isStopped;

    internal IServiceProvider Services => _app!.Services;

    internal PipelineIdle Idle { get; private set; } = null!;

    /// <summary>Starts the app.</summary>
    /// <param name="configure">What the app registers.</param>
    /// <param name="stores">What outlives it.</param>
    /// <param name="graph">The Graph API.</param>
    /// <param name="time">The clock.</param>
    /// <param name="told">Who is told of failures and of people.</param>
    internal static async Task<BotProcess> StartAsync(
        Action<WappaServicesBuilder> configure, SharedStores stores, HttpMessageHandler graph, TimeProvider time,
        (HandlerFailures Failures, People People) told)
    {
        var process = new BotProcess(told.Failures, told.People);
        // Empty: neither the environment nor a settings file of the machine that runs the tests reaches the bot.
        var builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = "Test" });
        builder.WebHost.UseTestServer();
        builder.Services.AddRouting();
        builder.Services.AddLogging();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(new GraphTransport(new GraphGate(process, graph)));
        builder.Services.AddSingleton<ITurnObserver>(process);
        builder.Services.Configure<WhatsAppOptions>(Platform.Connect);
        builder.Services.AddWappa(configure);
        // What the shared stores keep outlives a process here, also that of the memory cache.
        builder.Services.PostConfigure<WappaOptions>(static options => options.Inbox.IsDurable ??= true);
        stores.Use(builder.Services, process);
        var app = builder.Build();
        try
        {
            await process.RunAsync(app).ConfigureAwait(false);
            return process;
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the process when a turn has come so far.</summary>
    internal void CrashAfter(CrashStep step, Action crashed) => _crash = (step, crashed);

    /// <summary>Ends the process between two steps.</summary>
    internal void Kill()
    {
        _isDead = true;
        _died.TrySetResult();
    }

    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answering = _client!.SendAsync(request, cancellationToken);
        await Task.WhenAny(answering, _died.Task).ConfigureAwait(false);
        if (_isDead) throw new HttpRequestException(HttpRequestError.ResponseEnded, "The bot's process ended.");
        return await answering.ConfigureAwait(false);
    }

    /// <summary>Ends when nothing runs that could go on by itself, or the process has ended.</summary>
    internal async Task WaitUntilIdleAsync(CancellationToken cancellationToken)
    {
        if (IsDead) return;
        var ended = await Task.WhenAny(Idle.WaitAsync(cancellationToken), _died.Task).ConfigureAwait(false);
        await ended.ConfigureAwait(false);
    }

    /// <summary>Runs before and after each call of a store.</summary>
    internal ValueTask GateAsync(StoreCall call) => _isDead ? new(NeverAsync()) : ValueTask.CompletedTask;

    /// <summary>Stops as an app stops: what runs may finish.</summary>
    internal async Task StopAsync()
    {
        if (IsDead) return;
        using var deadline = new CancellationTokenSource(StopTime);
        await _app!.StopAsync(deadline.Token).ConfigureAwait(false);
        _isStopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync().ConfigureAwait(false);
        }
        finally
        {
            _client?.Dispose();
            await _app!.DisposeAsync().ConfigureAwait(false);
        }
    }

    void ITurnObserver.OnEvent(TurnEvent happened)
    {
        if (_isDead) return;
        if (happened is ItemEvent { Item: MessageWebhook message }) _people.Learn(message.User);
        if (happened is HandlerEnded { Error: { } error } ended) _failures.Add(ended.Item.Kind, ended.Attempt, error);
        if (_crash is not var (step, crashed) || StepOf(happened) != step) return;
        _crash = null;
        Kill();
        crashed();
    }

    private static CrashStep? StepOf(TurnEvent happened) => happened switch
    {
        ItemStored => CrashStep.Stored,
        HandlerEnded => CrashStep.HandlerEnded,
        TurnCommitted => CrashStep.Committed,
        SendStarted => CrashStep.Claimed,
        SendEnded { Outcome: SendOutcome.Accepted } => CrashStep.Posted,
        _ => null,
    };

    private static Task NeverAsync() => new TaskCompletionSource().Task;

    private async Task RunAsync(WebApplication app)
    {
        _app = app;
        app.UseRouting();
        app.MapWappa();
        Idle = app.Services.GetRequiredService<PipelineIdle>();
        // The clock stands still: a turn that does not end must not keep the end of a test waiting for it.
        app.Services.GetRequiredService<WebhookInbox>().UnwindTime = TimeSpan.Zero;
        await app.StartAsync().ConfigureAwait(false);
        _client = new(app.GetTestServer().CreateHandler());
    }

    private sealed class GraphGate(BotProcess process, HttpMessageHandler graph) : DelegatingHandler(graph)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (process._isDead) await NeverAsync().ConfigureAwait(false);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (process._isDead) await NeverAsync().ConfigureAwait(false);
            return response;
        }
    }
}

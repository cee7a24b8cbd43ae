using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Emulator;
using Wappa.Webhooks;

namespace Wappa.Testing;

/// <summary>A bot under test: customers who write to it, what it answers, what it remembers, a clock, and faults.</summary>
/// <remarks>Each call that makes something happen returns when nothing is left that could happen without the clock moving on.
/// Made for one test on one thread of work.</remarks>
public sealed class BotTest : IAsyncDisposable
{
    private readonly Action<WappaServicesBuilder> _configure;
    private readonly WappaTestOptions _options;
    private readonly AppTransport _transport = new();
    private readonly SharedStores _stores = new();
    private readonly HandlerFailures _failures = new();
    private readonly People _people = new();
    private readonly List<BotProcess> _processes = [];
    private readonly Platform _platform;
    private BotProcess? _process;

    private BotTest(Action<WappaServicesBuilder> configure, WappaTestOptions options)
    {
        _configure = configure;
        _options = options;
        Clock = new(new(options.Start), SettleAsync);
        _platform = new(_transport, Clock.Time, options.Seed);
    }

    /// <summary>The clock of bot and WhatsApp.</summary>
    public BotClock Clock { get; }

    /// <summary>The app's services, in the process that runs now.</summary>
    public IServiceProvider Services => Process.Services;

    /// <summary>The caches as the store has them, whatever runs.</summary>
    public ICacheFactory Caches =>
        CacheFactory.Over(_stores.Documents, Services.GetRequiredService<IOptions<CachingOptions>>().Value);

    /// <summary>The tenant the customers' data belong to.</summary>
    public string Tenant => Services.GetRequiredService<TenantDirectory>().Find(_platform.Number.Id, null)!;

    /// <summary>Everything handlers have thrown so far.</summary>
    public IReadOnlyList<Exception> Failures => _failures.All;

    /// <summary>Whether a handler may throw without failing the test. Default: no; a call during which one threw then throws a
    /// <see cref="BotTestException"/> with the cause.</summary>
    public bool ExpectsFailures { get; set; }

    /// <summary>Whether the bot's process runs; see <see cref="CrashAfter"/>.</summary>
    public bool IsRunning => _process is { IsDead: false };

    internal Platform Platform => _platform;

    private BotProcess Process => _process ?? throw new InvalidOperationException("The bot was never started.");

    internal static async Task<BotTest> StartAsync(Action<WappaServicesBuilder> configure, WappaTestOptions options)
    {
        var bot = new BotTest(configure, options);
        try
        {
            await bot.StartProcessAsync().ConfigureAwait(false);
            return bot;
        }
        catch
        {
            await bot.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Somebody new with WhatsApp on the phone, who has not written yet.</summary>
    /// <param name="name">The name of the profile.</param>
    /// <param name="phone">Digits. Default: a number nobody has.</param>
    /// <param name="hidesNumber">Whether webhooks tell a business-scoped id instead of the number, as for people with a
    /// username.</param>
    public BotCustomer Customer(string name, string? phone = null, bool hidesNumber = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(this, _platform.Local.World.AddCustomer(
            name, phone, hidesNumber ? name : null, hidesNumber ? CustomerIdentity.Username : CustomerIdentity.Phone).Id);
    }

    /// <summary>Reads a row of the tenant's table.</summary>
    /// <returns>Null: there is none.</returns>
    public async Task<T?> TableAsync<T>(string table, string id)
        where T : class =>
        await Caches.ForTenant(Tenant).Table.GetAsync<T>(table, id).ConfigureAwait(false);

    /// <summary>Posts webhooks to the app, one after the other in the order given. What was delivered before is a duplicate; what
    /// was written earlier may come later.</summary>
    /// <param name="deliveries">Of <see cref="BotCustomer.WriteAsync(string)"/> or of what was sent.</param>
    /// <exception cref="BotTestException">The app answered another status than 200, or a handler threw.</exception>
    public async Task DeliverAsync(params IReadOnlyList<BotDelivery> deliveries)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        foreach (var delivery in deliveries)
        {
            try
            {
                ThrowIfRefused(await _transport.PostAsync(delivery).ConfigureAwait(false));
            }
            catch (HttpRequestException) when (!IsRunning)
            {
                // It crashed on it, which the test has asked for.
            }
        }

        await SettleAsync().ConfigureAwait(false);
    }

    /// <summary>Delivers a webhook once more, as WhatsApp does now and then.</summary>
    public Task DuplicateAsync(BotDelivery delivery) => DeliverAsync(delivery);

    /// <summary>The next messages of the bot are refused by the Graph API.</summary>
    /// <param name="code">The error's code, such as 131047. 502: a gateway's page, nothing was sent. 504: the same, but the
    /// message was sent.</param>
    /// <param name="count">How many. Default: 1.</param>
    public void FailNext(int code, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _platform.FailNext(code, count);
    }

    /// <summary>Ends the bot's process the next time a turn has come so far, as a loss of power would. Of what is in the midst of
    /// something nothing reaches the stores or WhatsApp any more.</summary>
    /// <param name="step">How far.</param>
    public void CrashAfter(CrashStep step) => Process.CrashAfter(step, static () => { });

    /// <summary>Starts the bot again, over the stores as they are; one that runs is stopped first, as an app stops. Ends when what
    /// was left is done.</summary>
    public async Task RestartAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await StartProcessAsync().ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the bot as an app stops. Customers may write meanwhile: WhatsApp delivers when it is back.</summary>
    public Task StopAsync() => Process.StopAsync();

    /// <summary>Waits until nothing is left that could happen without the clock.</summary>
    /// <exception cref="BotTestException">It does not come to rest, or a handler threw.</exception>
    public async Task SettleAsync()
    {
        using var patience = new CancellationTokenSource(_options.Patience);
        try
        {
            while (!await IsAtRestAsync(patience.Token).ConfigureAwait(false))
            {
                // Something began meanwhile.
            }
        }
        catch (OperationCanceledException)
        {
            throw new BotTestException(
                $"The bot is not at rest after {_options.Patience}: {Process.Idle.Running} user(s) have a turn or a message under " +
                $"way. If a handler waits for the clock, call {nameof(BotClock)}.{nameof(BotClock.AdvanceAsync)} before awaiting " +
                "what was sent.");
        }

        _failures.ThrowIfUnseen(ExpectsFailures);
    }

    /// <summary>Stops the bot and forgets everything.</summary>
    public async ValueTask DisposeAsync()
    {
        _platform.Dispose();
        // The latest first: the first has opened the stores.
        foreach (var process in Enumerable.Reverse(_processes)) await process.DisposeAsync().ConfigureAwait(false);
        _transport.Dispose();
    }

    /// <summary>Lets a customer send something, to its end.</summary>
    internal async Task<BotDelivery> SendAsync(string customer, JsonObject message)
    {
        var next = _transport.Count;
        var sent = _platform.Send(customer, message);
        await SettleAsync().ConfigureAwait(false);
        if (IsRunning && sent.Update.FirstAttempt is { IsCompleted: true } answered)
            ThrowIfRefused((HttpStatusCode)(await answered.ConfigureAwait(false) ?? 0));
        return _transport.Delivery(next, sent.Update.Message);
    }

    /// <summary>Lets a customer send something that is under way for longer.</summary>
    internal async Task<BotDelivery> WriteAsync(string customer, JsonObject message)
    {
        var next = _transport.Count;
        _transport.Holds = true;
        try
        {
            var sent = _platform.Send(customer, message);
            await _platform.Local.WhenQuietAsync().ConfigureAwait(false);
            return _transport.Delivery(next, sent.Update.Message);
        }
        finally
        {
            _transport.Holds = false;
        }
    }

    /// <summary>The name the caches know somebody by.</summary>
    internal string UserIdOf(Customer customer) =>
        _people.UserIdOf(customer.Identity == CustomerIdentity.Username ? null : customer.Phone, customer.UserId);

    private static void ThrowIfRefused(HttpStatusCode status)
    {
        if (status != HttpStatusCode.OK)
            throw new BotTestException($"The bot answered a webhook with {(int)status}, not with 200: it has not accepted it.");
    }

    private async Task StartProcessAsync()
    {
        var process = await BotProcess.StartAsync(
            _configure, _stores, _platform.Local.NewGraphHandler(), Clock.Time, (_failures, _people)).ConfigureAwait(false);
        _processes.Add(process);
        _process = process;
        _transport.Process = process;
    }

    // Deliveries start turns and turns' messages start deliveries. With no delivery under way, no turn running, and none begun
    // while this was asked, there is nothing left that could start either.
    private async Task<bool> IsAtRestAsync(CancellationToken cancellationToken)
    {
        await _platform.Local.WhenQuietAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var process = Process;
        await process.WaitUntilIdleAsync(cancellationToken).ConfigureAwait(false);
        var begun = process.Idle.Begun;
        return (process.IsDead || process.Idle.Running == 0) && _platform.Local.Deliveries.Busy == 0 && begun == process.Idle.Begun;
    }
}

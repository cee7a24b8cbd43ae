using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Caching.AspNetCore.Serving;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Testing;

namespace Wappa.Caching.AspNetCore.Tests;

/// <summary>An app on a port of its own, with a clock that stands still until it is told to move.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApp(WebApplication app, ManualTimeProvider clock)
    {
        _app = app;
        Clock = clock;
        Address = new Uri(app.Urls.Single());
        Client = NewClient();
    }

    internal ManualTimeProvider Clock { get; }

    internal Uri Address { get; }

    /// <summary>Keeps no cookies, follows nothing, undoes no compression.</summary>
    internal HttpClient Client { get; }

    internal IServiceProvider Services => _app.Services;

    internal IResponseCache Cache => Services.GetRequiredService<IResponseCache>();

    internal static async Task<TestApp> StartAsync(
        Action<WebApplication> map, Action<WebApplicationBuilder>? build = null, Action<ResponseCacheOptions>? options = null)
    {
        var clock = new ManualTimeProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddWappaResponseCache(options);
        build?.Invoke(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new TestApp(app, clock);
    }

    internal HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = int.MaxValue,
    })
    {
        BaseAddress = Address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    internal Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, headers);

    internal async Task<Reply> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await Reply.OfAsync(await Client.SendAsync(request));
    }

    /// <summary>Waits until so many requests wait for responses being made, the one that makes it included.</summary>
    internal Task WaitForWaitersAsync(int waiting)
    {
        var loads = Services.GetRequiredService<ResponseLoads>();
        return Eventually.BeTrueAsync($"{waiting} waiting", () => Task.FromResult(loads.Flights.Waiting == waiting));
    }

    /// <summary>Waits until so many timers of the clock are set.</summary>
    internal Task WaitForTimersAsync(int timers) =>
        Eventually.BeTrueAsync($"{timers} timers", () => Task.FromResult(Clock.ActiveTimers >= timers));

    /// <summary>Waits until an endpoint has run so often.</summary>
    internal Task WaitForRunsAsync(Func<int> runs, int wanted) =>
        Eventually.BeTrueAsync($"{wanted} runs", () => Task.FromResult(runs() == wanted));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

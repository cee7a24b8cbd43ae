using System.Data.Common;
using System.Net.Http.Json;
using System.Text.Json;
using ChatFeedApi;
using ChatFeedApi.Conversations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>The sample on a free port of loopback, with a database that can be counted and taken away.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly WebApplication _app;

    private RunningApp(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    internal HttpClient Http { get; }

    internal IServiceProvider Services => _app.Services;

    internal WatchedDataSource Database => (WatchedDataSource)Services.GetRequiredService<DbDataSource>();

    internal ConversationSignals Signals => Services.GetRequiredService<ConversationSignals>();

    /// <summary>Starts one.</summary>
    /// <param name="world">Where cache and data are.</param>
    /// <param name="time">Default: the system's.</param>
    /// <param name="args">Further switches.</param>
    internal static async Task<RunningApp> StartAsync(World world, TimeProvider? time = null, params string[] args)
    {
        var app = ChatFeedApp.Build(
            ["--urls", "http://127.0.0.1:0", "--environment", "Production", "--Logging:LogLevel:Default", "None",
                "--Logging:LogLevel:Microsoft.AspNetCore", "None",
                .. await world.ArgumentsAsync(), .. args],
            services =>
            {
                Watch(services);
                if (time is not null) services.AddSingleton(time);
            });
        await app.StartAsync();
        return new RunningApp(app);
    }

    internal async Task<T> GetAsync<T>(string path) => (await Http.GetFromJsonAsync<T>(path, Json))!;

    internal async Task<T> SendAsync<T>(HttpMethod method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<T>(Json))!;
    }

    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body, options: Json);
        return await Http.SendAsync(request);
    }

    internal Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void Watch(IServiceCollection services)
    {
        var source = services.Single(service => service.ServiceType == typeof(DbDataSource)).ImplementationFactory!;
        services.AddSingleton<DbDataSource>(provider => new WatchedDataSource((DbDataSource)source(provider)));
    }
}

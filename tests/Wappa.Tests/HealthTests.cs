using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.Tests;

public class HealthTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_OfARunningApp_IsHealthy()
    {
        await using var app = await BotApp.StartAsync();

        (await GetAsync(app, "/health")).ShouldBe((HttpStatusCode.OK, """{"status":"healthy"}"""));
        (await GetAsync(app, "/health/ready")).ShouldBe(
            (HttpStatusCode.OK, """{"status":"healthy","checks":{"wappa-cache":"healthy","wappa-inbox":"healthy"}}"""));
    }

    public static TheoryData<Exception> StoreFailures() =>
    [
        new CacheStoreUnavailableException("redis://user:secret@host is down"),
        new IOException("/data/secret is read-only"),
        new OperationCanceledException("secret"),
    ];

    [Theory]
    [MemberData(nameof(StoreFailures), DisableDiscoveryEnumeration = true)]
    public async Task Ready_WhileTheCacheFails_IsDegradedAndTellsNoSecret(Exception failure)
    {
        await using var app = await BotApp.StartAsync(builder => builder.UseStores(
            "broken", _ => new BrokenStore(failure), _ => throw new NotSupportedException()));

        (await GetAsync(app, "/health")).Status.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(app, "/health/ready")).ShouldBe(
            (HttpStatusCode.OK, """{"status":"degraded","checks":{"wappa-cache":"degraded","wappa-inbox":"degraded"},"reasons":{"wappa-inbox":"opening"}}"""));
        app.Logs.All.ShouldNotContain(line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ready_WhileTheInboxIsFull_IsDegraded()
    {
        var gate = new TaskCompletionSource();
        await using var app = await BotApp.StartAsync(builder =>
            builder.Services.Configure<WappaOptions>(options => options.Inbox.Capacity = 1000));
        app.Recorder.OnTurn = (_, _) => gate.Task;
        var items = Enumerable.Range(0, 1000).Select(i => Payloads.TextItem($"M-{i}"));
        await app.PostAsync(Payloads.Envelope(string.Join(',', items)));

        (await GetAsync(app, "/health/ready")).Body.ShouldContain("""{"wappa-cache":"healthy","wappa-inbox":"degraded"},"reasons":{"wappa-inbox":"full"}""");

        gate.SetResult();
    }

    [Fact]
    public async Task Ready_WhileTheInboxDrains_IsDegraded()
    {
        await using var app = await BotApp.StartAsync();
        await app.Services.GetRequiredService<WebhookInbox>().CloseAsync();

        (await GetAsync(app, "/health/ready")).Body.ShouldContain(""" "reasons":{"wappa-inbox":"draining"} """.Trim());
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(BotApp app, string path)
    {
        using var response = await app.Client.GetAsync(new Uri(path, UriKind.Relative), Ct);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Ct));
    }
}

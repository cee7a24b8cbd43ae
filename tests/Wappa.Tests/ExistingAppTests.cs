using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa.Tests;

public class ExistingAppTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddWappa_InAnAppOfItsOwn_ServesTheBotBesideIt()
    {
        await using var app = NewApp(out var recorder);
        app.MapGet("/", () => "home");
        app.MapWappa();
        await app.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        var body = Payloads.Bytes("text.json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/whatsapp") { Content = new ByteArrayContent(body) };
        request.Headers.Add("X-Hub-Signature-256", BotApp.Sign(body));
        using var response = await client.SendAsync(request, Ct);
        await recorder.WaitForAsync(1);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetStringAsync(new Uri("/", UriKind.Relative), Ct)).ShouldBe("home");
        recorder.Messages.Single().Tenant.ShouldBe("spa");
    }

    [Fact]
    public async Task MapWappa_WhereTheAppHasItsOwnHealthPage_LeavesItAlone()
    {
        await using var app = NewApp(out _);
        app.MapWappa();
        app.MapGet("/health", () => "mine");
        await app.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        (await client.GetStringAsync(new Uri("/health", UriKind.Relative), Ct)).ShouldBe("mine");
        (await client.GetStringAsync(new Uri("/health/ready", UriKind.Relative), Ct)).ShouldContain("healthy");
    }

    [Fact]
    public void MapWappa_WithoutAddWappa_SaysSo()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<InvalidOperationException>(() => app.MapWappa()).Message.ShouldContain("AddWappa");
    }

    [Fact]
    public async Task AddWappaEndpoints_OfAPackageAbove_AreMappedWithTheBots()
    {
        await using var app = await BotApp.StartAsync(builder =>
            builder.Services.AddWappaEndpoints(endpoints => endpoints.MapGet("/emulator", () => "page")));

        (await app.Client.GetStringAsync(new Uri("/emulator", UriKind.Relative), Ct)).ShouldBe("page");
    }

    [Fact]
    public async Task Configure_OfTheBuilder_ChangesTheFinishedApp()
    {
        await using var app = await BotApp.StartAsync(builder =>
            builder.Configure(host => host.MapGet("/extra", () => "more")));

        (await app.Client.GetStringAsync(new Uri("/extra", UriKind.Relative), Ct)).ShouldBe("more");
    }

    [Fact]
    public void Builder_InAnyOrder_Chains()
    {
        var app = new WappaBuilder()
            .WithWhatsApp(token: "t", phoneId: "1", businessId: "2")
            .WithMemoryCache()
            .WithHandler<RecordingHandler>()
            .WithTenant("spa")
            .Build();

        app.Services.GetRequiredService<ICacheFactory>().Backend.ShouldBe("memory");
    }

    private static WebApplication NewApp(out Recorder recorder)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["WHATSAPP_WEBHOOK_SECRET"] = Payloads.Secret,
            ["WHATSAPP_WEBHOOK_VERIFY_TOKEN"] = Payloads.VerifyToken,
        });
        recorder = new();
        builder.Services.AddSingleton(recorder);
        builder.Services.AddWappa(bot => bot
            .WithWhatsApp("t", "1").WithMemoryCache().WithTenant("spa").WithHandler<RecordingHandler>());
        return builder.Build();
    }
}

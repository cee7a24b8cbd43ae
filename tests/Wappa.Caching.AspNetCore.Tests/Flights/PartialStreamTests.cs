using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Wappa.Caching.AspNetCore.Tests.Flights;

/// <summary>HTTP/2, where a handler can end its own stream without ending the connection.</summary>
public class PartialStreamTests
{
    [Fact]
    public async Task Handler_ThatResetsItsStream_IsNotStored()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", async context =>
            {
                var run = Interlocked.Increment(ref runs);
                await context.Response.WriteAsync("first half,");
                if (run == 1) context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(2);
                else await context.Response.WriteAsync("second half");
            }).Cache(TimeSpan.FromMinutes(1)),
            builder => builder.WebHost.ConfigureKestrel(
                server => server.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2)));
        await Should.ThrowAsync<HttpRequestException>(() => GetAsync(app));
        await app.WaitForWaitersAsync(0);
        var (made, stored) = (await GetAsync(app), await GetAsync(app));
        (made.Body, made.IsHit).ShouldBe(("first half,second half", false));
        (stored.Body, stored.IsHit, runs).ShouldBe(("first half,second half", true, 2));
    }

    private static async Task<Reply> GetAsync(TestApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await Reply.OfAsync(await app.Client.SendAsync(request));
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Adapters;

/// <summary>ASP.NET's own session middleware on the adapter, in an app that answers on a port.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task UseSession_OverTheAdapter_KeepsAVisitorUntilTheIdleTimeout()
    {
        var clock = new ManualTimeProvider();
        await using var app = App(clock);
        await app.StartAsync();
        using var visitor = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        (await visitor.GetStringAsync("/")).ShouldBe("1");
        for (var visit = 2; visit < 5; visit++)
        {
            clock.Advance(TimeSpan.FromMinutes(15)); // longer than the timeout in all, never at a time
            (await visitor.GetStringAsync("/")).ShouldBe($"{visit}");
        }

        clock.Advance(TimeSpan.FromMinutes(20));
        (await visitor.GetStringAsync("/")).ShouldBe("1");
        (await app.Services.GetRequiredService<CacheManager>().ClearNamespaceAsync("sessions")).ShouldBe(1);
        await app.StopAsync();
    }

    private static WebApplication App(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(clock).AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddWappaDistributedCache(options => options.Namespace = "sessions");
        builder.Services.AddSession(options => options.IdleTimeout = TimeSpan.FromMinutes(20));
        var app = builder.Build();
        app.UseSession();
        app.MapGet("/", (HttpContext context) =>
        {
            var visits = (context.Session.GetInt32("visits") ?? 0) + 1;
            context.Session.SetInt32("visits", visits);
            return $"{visits}";
        });
        return app;
    }
}

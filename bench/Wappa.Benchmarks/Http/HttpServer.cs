using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wappa.Benchmarks.Http;

/// <summary>Run in a process of its own: one server with the same 2 KB of JSON in several ways. Prints its port, then, for each line it is
/// given, how often the cold endpoint has run.</summary>
internal static class HttpServer
{
    public const string Command = "http-server";

    /// <summary>Writes constant bytes: what a cache cannot beat.</summary>
    public const string Constant = "/constant";

    /// <summary>Behind the cache under test.</summary>
    public const string Cached = "/cached";

    /// <summary>Behind the stock output cache.</summary>
    public const string Stock = "/stock";

    /// <summary>Behind the cache under test, slow, and of as many keys as are asked for.</summary>
    public const string Cold = "/cold";

    private static readonly byte[] Body = NewBody();

    public static async Task RunAsync()
    {
        var runs = 0;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWappaResponseCache();
        builder.Services.AddOutputCache();
        await using var app = builder.Build();
        app.UseOutputCache();
        app.MapGet(Constant, (RequestDelegate)WriteAsync);
        app.MapGet(Cached, (RequestDelegate)WriteAsync).Cache(TimeSpan.FromHours(1));
        app.MapGet(Stock, (RequestDelegate)WriteAsync).CacheOutput(policy => policy.Expire(TimeSpan.FromHours(1)));
        app.MapGet(Cold + "/{key}", async context =>
        {
            Interlocked.Increment(ref runs);
            await Task.Delay(TimeSpan.FromMilliseconds(300));
            await WriteAsync(context);
        }).Cache(TimeSpan.FromHours(1));
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.Single()).Port);
        while (await Console.In.ReadLineAsync() is not null) Console.WriteLine(runs.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = Body.Length;
        await context.Response.BodyWriter.WriteAsync(Body);
    }

    private static byte[] NewBody()
    {
        var users = Enumerable.Range(0, 28).Select(
            id => $$"""{"id":{{id:D6}},"name":"User number {{id:D4}}","email":"user{{id:D6}}@example.com"}""");
        return Encoding.UTF8.GetBytes($"[{string.Join(',', users)}]");
    }
}

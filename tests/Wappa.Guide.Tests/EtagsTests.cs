using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Guide.Tests.Shop;

namespace Wappa.Guide.Tests;

public class EtagsTests
{
    [Fact]
    public async Task UseETags_OfAnApp_Answers304ToWhoHasIt()
    {
        await using var app = NewApp();

        // snippet: etags-automatic
        app.UseETags(); // before app.UseResponseCompression()
        app.MapGet("/menu", () => new[] { "small", "medium", "large" });
        // end

        using var client = await StartAsync(app);
        using var first = await client.GetAsync("/menu");
        (await SendAsync(client, HttpMethod.Get, "/menu", ifNoneMatch: first.Headers.ETag)).ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task WithETag_OfAVersion_ReadsAndChangesOnlyWhatIsMeant()
    {
        await using var app = NewApp();
        var caches = app.Services.GetRequiredService<ICacheFactory>();
        await caches.ForTenant("shop").Table.SetAsync("users", "5", new User("Ana", "ana@example.org"));

        // snippet: etags-version
        var table = caches.ForTenant("shop").Table;
        var user = app.MapGroup("/users/{id}").WithETag(
            async context =>
            {
                var id = (string)context.Request.RouteValues["id"]!;
                var stored = await table.TryGetAsync<User>("users", id);
                if (!stored.IsHit) return null; // nothing is there
                context.Items["revision"] = stored.Revision;
                context.Response.Headers.CacheControl = "private, no-cache"; // on a 304 as well
                return $"user:{id}:{stored.Revision}";
            },
            requireIfMatch: true);

        user.MapGet("", async (string id) => await table.GetAsync<User>("users", id) is { } found ? Results.Ok(found) : Results.NotFound());
        user.MapPut("", async (string id, User changed, HttpContext context) =>
        {
            if (context.Items["revision"] is not long revision) return Results.NotFound();
            var written = await table.ReplaceIfAsync("users", id, changed, revision); // somebody may have been faster
            return written.Written ? Results.NoContent() : Results.StatusCode(StatusCodes.Status412PreconditionFailed);
        });
        // end

        using var client = await StartAsync(app);
        using var read = await client.GetAsync("/users/5");
        var tag = read.Headers.ETag;
        (await SendAsync(client, HttpMethod.Get, "/users/5", ifNoneMatch: tag)).ShouldBe(HttpStatusCode.NotModified);
        (await SendAsync(client, HttpMethod.Put, "/users/5")).ShouldBe(HttpStatusCode.PreconditionRequired);
        (await SendAsync(client, HttpMethod.Put, "/users/5", ifMatch: tag)).ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(client, HttpMethod.Put, "/users/5", ifMatch: tag)).ShouldBe(HttpStatusCode.PreconditionFailed);
        (await client.GetAsync("/users/6")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task ETagAttribute_OfAController_AsksTheSource()
    {
        await using var app = NewApp(services => services.AddControllers());
        await app.Services.GetRequiredService<ICacheFactory>().ForTenant("shop").Table.SetAsync("users", "5", new User("Ana", "a@example.org"));
        app.MapControllers();

        using var client = await StartAsync(app);
        using var read = await client.GetAsync("/controller/users/5");
        (await SendAsync(client, HttpMethod.Get, "/controller/users/5", ifNoneMatch: read.Headers.ETag)).ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task MapCacheStats_WithOpenReads_LeavesTheResetClosed()
    {
        await using var app = NewApp();

        // snippet: statistics-http
        app.MapCacheStats();                                                    // both for users who have signed in
        app.MapCacheStats("/public/cache", o => o.AllowAnonymousReads = true);  // reading for everybody, resetting not
        // end

        using var client = await StartAsync(app);
        (await client.GetStringAsync("/public/cache")).ShouldContain("\"backend\":\"memory\"");
        (await SendAsync(client, HttpMethod.Post, "/public/cache/reset")).ShouldBe(HttpStatusCode.Forbidden);
        (await client.GetAsync("/cache-stats")).StatusCode.ShouldBe(HttpStatusCode.Forbidden); // this app has no authentication
    }

    [Fact]
    public async Task AddWappaOutputCacheStore_InAnExistingApp_TakesTheFormerOnesPlace()
    {
        await using var app = NewApp(services =>
        {
            // snippet: existing-output
            services.AddWappaCaching(caching => caching.UseMemory()); // or UseJson(path), UseRedis(url)
            services.AddOutputCache();
            services.AddWappaOutputCacheStore();
            // end
        });

        // snippet: existing-output-use
        app.UseOutputCache();
        app.MapGet("/menu", () => Guid.NewGuid()).CacheOutput(policy => policy.Expire(TimeSpan.FromMinutes(5)).Tag("menu"));
        app.MapPost("/menu", async (IOutputCacheStore store, CancellationToken ct) => await store.EvictByTagAsync("menu", ct));
        // end

        using var client = await StartAsync(app);
        var first = await client.GetStringAsync("/menu");
        (await client.GetStringAsync("/menu")).ShouldBe(first);
        (await SendAsync(client, HttpMethod.Post, "/menu")).ShouldBe(HttpStatusCode.OK);
        (await client.GetStringAsync("/menu")).ShouldNotBe(first);
    }

    private static WebApplication NewApp(Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddWappaCaching();
        configure?.Invoke(builder.Services);
        return builder.Build();
    }

    private static async Task<HttpClient> StartAsync(WebApplication app)
    {
        await app.StartAsync();
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    private static async Task<HttpStatusCode> SendAsync(
        HttpClient client, HttpMethod method, string path, EntityTagHeaderValue? ifNoneMatch = null, EntityTagHeaderValue? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Put) request.Content = JsonContent.Create(new User("Ana", "ana@example.com"));
        if (ifNoneMatch is not null) request.Headers.IfNoneMatch.Add(ifNoneMatch);
        if (ifMatch is not null) request.Headers.IfMatch.Add(ifMatch);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}

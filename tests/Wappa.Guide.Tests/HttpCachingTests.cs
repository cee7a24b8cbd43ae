using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Wappa.Guide.Tests;

public class HttpCachingTests
{
    [Fact]
    public async Task CachedUsers_ReadTwice_AskTheDatabaseOnce()
    {
        // snippet: http-caching-first
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddWappaCaching(caching => caching.UseMemory()); // or UseJson("cache"), UseRedis("redis://localhost:6379")
        builder.Services.AddWappaResponseCache();
        builder.Services.AddSingleton<UserDb>();
        // end
        await using var app = Quietly(builder).Build();

        // snippet: http-caching-users
        app.MapGet("/users", (UserDb db) => db.AllAsync()).Cache(TimeSpan.FromMinutes(5));
        app.MapGet("/users/{id}", (UserDb db, string id) => db.FindAsync(id))
            .Cache(c => c.For(TimeSpan.FromMinutes(10)).Key(ctx => $"user:{ctx.Request.RouteValues["id"]}"));

        app.MapPost("/users", (UserDb db, Person person) => db.AddAsync(person)); // GET /users is invalidated by itself
        // end

        var db = app.Services.GetRequiredService<UserDb>();
        using var client = await StartAsync(app);
        foreach (var _ in new[] { 1, 2 }) (await client.GetStringAsync("/users")).ShouldBe("""[{"id":"1","name":"Ana"}]""");
        foreach (var _ in new[] { 1, 2 }) (await client.GetStringAsync("/users/1")).ShouldBe("""{"id":"1","name":"Ana"}""");
        db.Queries.ShouldBe(2);
        (await client.PostAsJsonAsync("/users", new Person("2", "Bob"))).EnsureSuccessStatusCode();
        (await client.GetStringAsync("/users")).ShouldBe("""[{"id":"1","name":"Ana"},{"id":"2","name":"Bob"}]""");
        (await client.GetAsync("/users/a%20b")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task InvalidationByHand_AfterAChange_ShowsTheNewValue()
    {
        await using var app = NewApp();
        app.MapGet("/users/{id}", (UserDb db, string id) => db.FindAsync(id))
            .Cache(c => c.Key(ctx => $"user:{ctx.Request.RouteValues["id"]}"));
        app.MapGet("/team", (UserDb db) => db.AllAsync()).Cache(c => c.Key(_ => "users_list").Tag("people"));

        // snippet: http-caching-by-hand
        app.MapPut("/people/{id}", async (UserDb db, IResponseCache cache, string id, Person person) =>
        {
            if (!IResponseCache.IsKey($"user:{id}")) return Results.BadRequest(); // before anything is changed
            await db.ChangeAsync(id, person);
            await cache.InvalidateKeyAsync($"user:{id}"); // of every endpoint, tenant, user and variant
            await cache.InvalidateKeyAsync("users_list"); // what hits nothing is no error
            return Results.NoContent();
        });

        app.MapPost("/import", (UserDb db, Person[] people) => db.AddAsync(people))
            .InvalidatesTags("people")     // beside its own path
            .Invalidates("/users/{id}");   // no id here: all paths of that route

        app.MapPost("/pings", () => Results.NoContent()).WithoutInvalidation(); // often, and shown nowhere
        // end

        using var client = await StartAsync(app);
        await client.GetStringAsync("/users/1");
        await client.GetStringAsync("/team");
        (await client.PutAsJsonAsync("/people/1", new Person("1", "Eva"))).EnsureSuccessStatusCode();
        (await client.GetStringAsync("/users/1")).ShouldBe("""{"id":"1","name":"Eva"}""");
        (await client.GetStringAsync("/team")).ShouldBe("""[{"id":"1","name":"Eva"}]""");
        (await client.PostAsJsonAsync("/import", new[] { new Person("2", "Bob") })).EnsureSuccessStatusCode();
        (await client.GetStringAsync("/team")).ShouldContain("Bob");
        (await client.PostAsync("/pings", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Group_WithEverythingSaid_IsCachedSo()
    {
        await using var app = NewApp();

        // snippet: http-caching-policy
        var reports = app.MapGroup("/reports").Cache(c => c
            .For(TimeSpan.FromMinutes(10))
            .StaleWhileRevalidate(TimeSpan.FromMinutes(1)) // served at once, made anew in the background
            .StaleIfError(TimeSpan.FromHours(6))           // the old one, when the handler throws, answers 5xx or is slow
            .VaryByQuery("page", "size")                   // utm_source and the like make no further entries
            .Tag(ctx => [$"report:{ctx.Request.RouteValues["id"]}"]));

        reports.MapGet("/{id}", (string id) => $"report {id}");
        reports.MapGet("/{id}/live", (string id) => $"live {id}").WithoutCache();
        // end

        using var client = await StartAsync(app);
        await client.GetStringAsync("/reports/7?page=1&utm_source=mail");
        (await client.GetAsync("/reports/7?page=1&utm_source=web")).Headers.Age.ShouldNotBeNull();
        await app.Services.GetRequiredService<IResponseCache>().InvalidateTagAsync("report:7");
        (await client.GetAsync("/reports/7?page=1")).Headers.Age.ShouldBeNull();
        await client.GetStringAsync("/reports/7/live");
        (await client.GetAsync("/reports/7/live")).Headers.Age.ShouldBeNull();
    }

    [Fact]
    public async Task Attribute_OnAnActionOrALambda_IsTheSame()
    {
        var builder = NewBuilder();
        builder.Services.AddControllers().AddApplicationPart(typeof(PriceListController).Assembly);
        await using var app = builder.Build();
        app.MapControllers();

        // snippet: http-caching-lambda
        app.MapGet("/hours", [Cache(Seconds = 3600)] () => "9 to 5");
        // end

        using var client = await StartAsync(app);
        foreach (var path in new[] { "/hours", "/price-list" })
        {
            await client.GetStringAsync(path);
            (await client.GetAsync(path)).Headers.Age.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Tenants_OfAnApp_HaveResponsesOfTheirOwn()
    {
        var builder = NewBuilder();

        // snippet: http-caching-options
        builder.Services.AddWappaCaching(caching => caching.UseMemory(memory => memory.MaxEntries = 10_000));
        builder.Services.AddWappaResponseCache(options =>
        {
            options.Prefix = "myapp:";
            options.DefaultTtl = TimeSpan.FromMinutes(10);
            options.Tenant = context => context.Request.Headers["X-Hotel"]; // better: of what has authenticated the caller
        });
        // end

        await using var app = builder.Build();
        app.MapGet("/rooms", (HttpContext context) => $"rooms of {context.Request.Headers["X-Hotel"]}").Cache(c => c.For(TimeSpan.FromHours(1)));
        using var client = await StartAsync(app);
        foreach (var hotel in new[] { "a", "b", "a" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/rooms");
            request.Headers.Add("X-Hotel", hotel);
            using var answer = await client.SendAsync(request);
            (await answer.Content.ReadAsStringAsync()).ShouldBe($"rooms of {hotel}");
        }
    }

    private static WebApplication NewApp() => NewBuilder().Build();

    private static WebApplicationBuilder NewBuilder()
    {
        var builder = Quietly(WebApplication.CreateSlimBuilder());
        builder.Services.AddWappaResponseCache();
        builder.Services.AddSingleton<UserDb>();
        return builder;
    }

    private static WebApplicationBuilder Quietly(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder;
    }

    private static async Task<HttpClient> StartAsync(WebApplication app)
    {
        await app.StartAsync();
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    private sealed record Person(string Id, string Name);

    private sealed class UserDb
    {
        private ImmutableArray<Person> _people = [new("1", "Ana")];

        internal int Queries { get; private set; }

        internal Task<Person[]> AllAsync()
        {
            Queries++;
            return Task.FromResult(_people.ToArray());
        }

        internal Task<Person?> FindAsync(string id)
        {
            Queries++;
            return Task.FromResult(_people.FirstOrDefault(person => person.Id == id));
        }

        internal Task AddAsync(params Person[] people)
        {
            _people = _people.AddRange(people);
            return Task.CompletedTask;
        }

        internal Task ChangeAsync(string id, Person changed)
        {
            _people = [.. _people.Select(person => person.Id == id ? changed : person)];
            return Task.CompletedTask;
        }
    }
}

// snippet: http-caching-controller
[ApiController]
[Route("/price-list")]
public class PriceListController : ControllerBase
{
    [HttpGet]
    [Cache(Seconds = 300, StaleIfErrorSeconds = 3600)]
    public string[] Get() => ["small 8.50", "large 11.00"];
}

// end

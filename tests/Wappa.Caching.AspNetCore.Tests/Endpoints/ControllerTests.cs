using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.AspNetCore.Tests.Endpoints;

/// <summary>Actions of controllers.</summary>
public class ControllerTests
{
    [Fact]
    public async Task Attribute_OnAnAction_CachesItsResponses()
    {
        await using var app = await StartAsync();
        var first = await app.GetAsync("/items/1?x=a");
        var second = await app.GetAsync("/items/1?x=a");
        (second.Body, second.IsHit, second["Content-Type"]).ShouldBe((first.Body, true, first["Content-Type"]));
        (await app.GetAsync("/items/2?x=a")).IsHit.ShouldBeFalse();
        (await app.GetAsync("/items/1?x=a", ("If-None-Match", first["ETag"]!))).Status.ShouldBe(304);
        await app.SendAsync(HttpMethod.Post, "/items");
        (await app.GetAsync("/items/1?x=a")).IsHit.ShouldBeTrue(); // another path
        await app.SendAsync(HttpMethod.Put, "/items/1");
        (await app.GetAsync("/items/1?x=a")).IsHit.ShouldBeFalse();
        app.Clock.Advance(TimeSpan.FromSeconds(300));
        (await app.GetAsync("/items/1?x=a")).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task AuthorizationFilter_OfTheApp_ComesBeforeAStoredResponse()
    {
        await using var app = await StartAsync();
        (await app.GetAsync("/items/guarded", ("X-Pass", "yes"))).Status.ShouldBe(200);
        (await app.GetAsync("/items/guarded", ("X-Pass", "yes"))).IsHit.ShouldBeTrue();
        (await app.GetAsync("/items/guarded")).Status.ShouldBe(418);
    }

    [Fact]
    public async Task Action_ThatThrows_IsNotStored()
    {
        await using var app = await StartAsync();
        (await app.GetAsync("/items/broken")).Status.ShouldBe(500);
        (await app.GetAsync("/items/broken")).Body.ShouldBe("mended");
    }

    [Fact]
    public async Task StaleWhileRevalidate_OfAnAction_MakesANewOneInTheBackground()
    {
        await using var app = await StartAsync();
        (await app.GetAsync("/items/stale")).Body.ShouldBe("1");
        app.Clock.Advance(TimeSpan.FromSeconds(15));
        (await app.GetAsync("/items/stale")).Body.ShouldBe("1");
        await app.WaitForRunsAsync(() => app.Services.GetRequiredService<Runs>().Stale, 2);
        await app.WaitForWaitersAsync(0);
        (await app.GetAsync("/items/stale")).Body.ShouldBe("2");
    }

    [Fact]
    public async Task Convention_OnMapControllers_CachesAllActions()
    {
        await using var app = await StartAsync(cacheAll: true);
        await app.GetAsync("/items/plain");
        (await app.GetAsync("/items/plain")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/items/guarded", ("X-Pass", "yes"))).Status.ShouldBe(200);
        (await app.GetAsync("/items/guarded")).Status.ShouldBe(418);
    }

    private static Task<TestApp> StartAsync(bool cacheAll = false) => TestApp.StartAsync(
        web =>
        {
            var controllers = web.MapControllers();
            if (cacheAll) controllers.Cache(TimeSpan.FromMinutes(1));
        },
        builder => builder.Services.AddSingleton<Runs>().AddControllers()
            .ConfigureApplicationPartManager(parts => parts.FeatureProviders.Add(new ItemsOnly())));

    public sealed class Runs
    {
        private int _stale;

        internal int Stale => _stale;

        internal int Broken { get; set; }

        internal int NextStale() => Interlocked.Increment(ref _stale);
    }

    [ApiController]
    [Route("items")]
    public sealed class ItemsController(Runs runs) : ControllerBase
    {
        [HttpGet("{id:int}")]
        [Cache(Seconds = 300)]
        public object Get(int id, string? x) => new { id, x, made = Guid.NewGuid() };

        [HttpGet("guarded")]
        [Cache(Seconds = 300)]
        [Guard]
        public string Guarded() => "guarded";

        [HttpGet("broken")]
        [Cache(Seconds = 300)]
        public string Broken() => ++runs.Broken == 1 ? throw new InvalidOperationException("broken") : "mended";

        [HttpGet("stale")]
        [Cache(Seconds = 10, StaleWhileRevalidateSeconds = 60)]
        public string Stale() => $"{runs.NextStale()}";

        [HttpGet("plain")]
        public string Plain() => "plain";

        [HttpPost]
        public IActionResult Post() => NoContent();

        [HttpPut("{id:int}")]
        public IActionResult Put(int id) => NoContent();
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class GuardAttribute : Attribute, IAuthorizationFilter
    {
        public void OnAuthorization(AuthorizationFilterContext context)
        {
            if (context.HttpContext.Request.Headers["X-Pass"] != "yes") context.Result = new StatusCodeResult(418);
        }
    }

    private sealed class ItemsOnly : ControllerFeatureProvider
    {
        protected override bool IsController(System.Reflection.TypeInfo typeInfo) => typeInfo == typeof(ItemsController);
    }
}

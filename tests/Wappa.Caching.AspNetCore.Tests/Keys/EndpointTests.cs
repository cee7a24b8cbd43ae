using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.AspNetCore.Tests.Keys;

/// <summary>Several endpoints on one path, of which something else than the path chooses.</summary>
public class EndpointTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoEndpoints_OnOnePath_ShareNothing(bool hasOwnKey)
    {
        await using var app = await StartAsync(web =>
        {
            Cache(web.MapGet("/ver", () => "one"), hasOwnKey).WithMetadata(new Version("1"));
            Cache(web.MapGet("/ver", () => "two"), hasOwnKey).WithMetadata(new Version("2"));
        });
        (await app.GetAsync("/ver", ("X-Version", "1"))).Body.ShouldBe("one");
        (await app.GetAsync("/ver", ("X-Version", "2"))).Body.ShouldBe("two");
        (await app.GetAsync("/ver", ("X-Version", "1"))).IsHit.ShouldBeTrue();
        (await app.GetAsync("/ver", ("X-Version", "2"))).IsHit.ShouldBeTrue();
        if (!hasOwnKey) return;
        await app.Cache.InvalidateKeyAsync("ver");
        (await app.GetAsync("/ver", ("X-Version", "1"))).IsHit.ShouldBeFalse();
        (await app.GetAsync("/ver", ("X-Version", "2"))).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task OneMethod_MappedTwiceOnOnePath_IsTwoEndpoints()
    {
        await using var app = await StartAsync(web =>
        {
            foreach (var version in new[] { "1", "2" })
                web.MapGet("/ver", Answer).Cache(TimeSpan.FromMinutes(1)).WithMetadata(new Version(version));
        });
        (await app.GetAsync("/ver", ("X-Version", "1"))).Body.ShouldBe("version 1");
        (await app.GetAsync("/ver", ("X-Version", "2"))).Body.ShouldBe("version 2");

        static string Answer(HttpContext context) => $"version {context.Request.Headers["X-Version"]}";
    }

    [Fact]
    public async Task Attribute_OnTwoMethodsOfOnePath_IsTwoEndpoints()
    {
        await using var app = await StartAsync(web =>
        {
            web.MapGet("/ver", [Cache(Seconds = 60)] () => "one").WithMetadata(new Version("1"));
            web.MapGet("/ver", [Cache(Seconds = 60)] () => "two").WithMetadata(new Version("2"));
        });
        (await app.GetAsync("/ver", ("X-Version", "1"))).Body.ShouldBe("one");
        (await app.GetAsync("/ver", ("X-Version", "2"))).Body.ShouldBe("two");
        (await app.GetAsync("/ver", ("X-Version", "2"))).IsHit.ShouldBeTrue();
    }

    private static RouteHandlerBuilder Cache(RouteHandlerBuilder endpoint, bool hasOwnKey) => hasOwnKey
        ? endpoint.Cache(policy => policy.Key(static _ => "ver"))
        : endpoint.Cache(TimeSpan.FromMinutes(1));

    private static Task<TestApp> StartAsync(Action<WebApplication> map) =>
        TestApp.StartAsync(map, builder => builder.Services.AddSingleton<MatcherPolicy, VersionPolicy>());

    private sealed record Version(string Name);

    private sealed class VersionPolicy : MatcherPolicy, IEndpointSelectorPolicy
    {
        public override int Order => 0;

        public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
            endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<Version>() is not null);

        public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
        {
            for (var i = 0; i < candidates.Count; i++)
            {
                var version = candidates[i].Endpoint.Metadata.GetMetadata<Version>();
                if (version is not null && version.Name != httpContext.Request.Headers["X-Version"]) candidates.SetValidity(i, false);
            }

            return Task.CompletedTask;
        }
    }
}

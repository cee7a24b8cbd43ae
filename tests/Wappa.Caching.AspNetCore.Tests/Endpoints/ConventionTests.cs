using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.AspNetCore.Tests.Endpoints;

/// <summary>Groups, attributes on minimal APIs, and what is missing.</summary>
public class ConventionTests
{
    [Fact]
    public async Task Group_ThatIsCached_IsRefinedByItsEndpoints()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            var group = web.MapGroup("/g").Cache(TimeSpan.FromSeconds(10));
            group.MapGet("/a", () => "a");
            group.MapGet("/b", () => "b").Cache(policy => policy.For(TimeSpan.FromSeconds(60)));
            group.MapGet("/c", () => "c").WithoutCache();
            group.MapGroup("/h").Cache(policy => policy.VaryByQuery()).MapGet("/d", () => "d");
            group.MapPost("/a", () => "posted");
        });
        foreach (var path in new[] { "/g/a", "/g/b", "/g/c", "/g/h/d?x" }) await app.GetAsync(path);
        (await app.GetAsync("/g/a")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/g/c")).IsHit.ShouldBeFalse();
        (await app.GetAsync("/g/h/d?y")).IsHit.ShouldBeTrue();
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await app.GetAsync("/g/a")).IsHit.ShouldBeFalse();
        (await app.GetAsync("/g/b")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/g/h/d?y")).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Attribute_OnALambdaOrMethod_CachesIt()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/lambda", [Cache(Seconds = 60)] () => "lambda");
            web.MapGet("/method/{id}", Method);
            web.MapGet("/both", [Cache(Seconds = 60)] () => "both").Cache(policy => policy.For(TimeSpan.FromSeconds(120)));
            web.MapGet("/none", () => "none");
        });
        foreach (var path in new[] { "/lambda", "/method/5", "/both", "/none" }) await app.GetAsync(path);
        (await app.GetAsync("/lambda")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/method/5")).Body.ShouldBe("5");
        (await app.GetAsync("/method/6")).Body.ShouldBe("6");
        (await app.GetAsync("/method/5")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/none")).IsHit.ShouldBeFalse();
        app.Clock.Advance(TimeSpan.FromSeconds(100));
        (await app.GetAsync("/both")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/lambda")).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Fallback_AndShortCircuit_AreCachedToo()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/short", () => "short").ShortCircuit().Cache(TimeSpan.FromMinutes(1));
            web.MapFallback(context => context.Response.WriteAsync("fallback")).Cache(TimeSpan.FromMinutes(1));
        });
        foreach (var path in new[] { "/short", "/x/y" })
        {
            await app.GetAsync(path);
            (await app.GetAsync(path)).IsHit.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Cache_WithoutItsServices_SaysWhatToCall()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var web = builder.Build();
        web.Urls.Add("http://127.0.0.1:0");
        web.MapGet("/a", () => "a").Cache(TimeSpan.FromMinutes(1));
        var error = await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await web.StartAsync();
            _ = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)web).DataSources.SelectMany(source => source.Endpoints).ToList();
        });
        error.Message.ShouldContain("AddWappaResponseCache");
    }

    [Theory]
    [InlineData("DefaultTtl")]
    [InlineData("Prefix")]
    [InlineData("MaxBodyBytes")]
    [InlineData("InvalidationTimeout")]
    public async Task Options_ThatCannotWork_StopTheAppAtItsStart(string name)
    {
        var error = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestApp.StartAsync(
            static _ => { },
            options: options =>
            {
                if (name == "DefaultTtl") options.DefaultTtl = TimeSpan.Zero;
                if (name == "Prefix") options.Prefix = "no colon";
                if (name == "MaxBodyBytes") options.MaxBodyBytes = 0;
                if (name == "InvalidationTimeout") options.InvalidationTimeout = TimeSpan.FromHours(1);
            }));
        error.Message.ShouldContain(name);
    }

    [Fact]
    public void Policy_WithWhatCannotBe_Throws()
    {
        Refused(policy => policy.For(TimeSpan.Zero));
        Refused(policy => policy.StaleIfError(TimeSpan.FromSeconds(-1)));
        Refused(policy => policy.Timeout(TimeSpan.FromDays(2)));
        Refused(policy => policy.Tag(""));
        Refused(policy => policy.VaryByHeader(" "));
        Refused(policy => policy.Statuses(206));
        Refused(policy => policy.Statuses());
        Refused(policy => policy.MaxBodyBytes(0));

        static void Refused(Action<ResponseCachePolicyBuilder> configure) => Should.Throw<ArgumentException>(
            () => configure(new ResponseCachePolicyBuilder(new Policies.ResponsePolicy { Ttl = TimeSpan.FromSeconds(1), MaxBodyBytes = 1 })));
    }

    [Cache(Seconds = 60)]
    private static string Method(string id) => id;
}

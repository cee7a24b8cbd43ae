using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.AspNetCore.Tests.Conditional;

public class WithETagTests
{
    private int _runs;
    private string? _version = "1";

    [Fact]
    public async Task Get_AHit_Is304WithoutTheHandler()
    {
        await using var app = await StartAsync();

        var first = await app.GetAsync("/users/5");
        var second = await app.GetAsync("/users/5", ("If-None-Match", first["ETag"]!));

        (first.Status, first["ETag"]).ShouldBe((200, EntityTags.Compute("user:5:1"u8)));
        (second.Status, second["ETag"], second.Body.Length).ShouldBe((304, first["ETag"], 0));
        second["Cache-Control"].ShouldBe("private");
        first["Cache-Control"].ShouldBe("private");
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Get_AfterAChange_RunsTheHandlerAndHasANewTag()
    {
        await using var app = await StartAsync();
        var old = (await app.GetAsync("/users/5"))["ETag"]!;
        _version = "2";

        var reply = await app.GetAsync("/users/5", ("If-None-Match", old));

        (reply.Status, reply["ETag"] == old, _runs).ShouldBe((200, false, 2));
    }

    [Fact]
    public async Task Get_OfWhatIsNotThere_RunsTheHandlerWhateverIsAsked()
    {
        _version = null;
        await using var app = await StartAsync();

        foreach (var header in new[] { "If-None-Match", "If-Match" })
        {
            var reply = await app.GetAsync("/users/5", (header, "*"));
            (reply.Status, reply["ETag"]).ShouldBe((404, null));
        }

        _runs.ShouldBe(2);
    }

    [Fact]
    public async Task Get_ThatFails_HasNoTag()
    {
        await using var app = await StartAsync();

        var reply = await app.GetAsync("/fails");

        (reply.Status, reply["ETag"]).ShouldBe((503, null));
    }

    [Fact]
    public async Task Head_AHit_Is304()
    {
        await using var app = await StartAsync();
        var tag = (await app.SendAsync(HttpMethod.Parse("HEAD"), "/users/5"))["ETag"]!;

        (await app.SendAsync(HttpMethod.Parse("HEAD"), "/users/5", ("If-None-Match", $"\"x\", W/{tag}"))).Status.ShouldBe(304);
        _runs.ShouldBe(1);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("POST")]
    public async Task Write_WithIfMatch_RunsOnlyIfItFits(string method)
    {
        await using var app = await StartAsync();
        var tag = (await app.GetAsync("/users/5"))["ETag"]!;
        _runs = 0;

        var fits = await app.SendAsync(HttpMethod.Parse(method), "/users/5", ("If-Match", tag));
        _runs.ShouldBe(1);
        var late = await app.SendAsync(HttpMethod.Parse(method), "/users/5", ("If-Match", "\"old\""));
        var weak = await app.SendAsync(HttpMethod.Parse(method), "/users/5", ("If-Match", "W/" + tag));
        var garbage = await app.SendAsync(HttpMethod.Parse(method), "/users/5", ("If-Match", tag.Trim('"')));

        (fits.Status, fits["ETag"]).ShouldBe((200, null));
        (late.Status, weak.Status, garbage.Status).ShouldBe((412, 412, 412));
        (late["ETag"], late["Content-Type"]).ShouldBe((tag, "application/problem+json"));
        late["Cache-Control"].ShouldBe("no-store");
        JsonDocument.Parse(late.Body).RootElement.GetProperty("status").GetInt32().ShouldBe(412);
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Write_ToCreate_RunsOnlyIfNothingIsThere()
    {
        await using var app = await StartAsync();

        (await app.SendAsync(HttpMethod.Parse("PUT"), "/users/5", ("If-None-Match", "*"))).Status.ShouldBe(412);
        _runs.ShouldBe(0);
        _version = null;
        (await app.SendAsync(HttpMethod.Parse("PUT"), "/users/5", ("If-None-Match", "*"))).Status.ShouldBe(404); // the handler's answer
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Write_OfWhatIsGone_WithIfMatch_Is412()
    {
        _version = null;
        await using var app = await StartAsync();

        var reply = await app.SendAsync(HttpMethod.Parse("PUT"), "/users/5", ("If-Match", "*"));

        (reply.Status, reply["ETag"], _runs).ShouldBe((412, null, 0));
    }

    [Fact]
    public async Task Write_WithoutIfMatch_IsAllowedUnlessItIsRequired()
    {
        await using var app = await StartAsync();

        (await app.SendAsync(HttpMethod.Parse("PUT"), "/users/5")).Status.ShouldBe(200);
        var strict = await app.SendAsync(HttpMethod.Parse("PUT"), "/strict/5");
        (strict.Status, strict["Content-Type"]).ShouldBe((428, "application/problem+json"));
        (await app.SendAsync(HttpMethod.Parse("PUT"), "/strict/5", ("If-None-Match", "\"x\""))).Status.ShouldBe(428);
        _runs.ShouldBe(1);

        (await app.SendAsync(HttpMethod.Parse("PUT"), "/strict/5", ("If-Match", EntityTags.Compute("user:5:1"u8)))).Status.ShouldBe(200);
        (await app.SendAsync(HttpMethod.Parse("POST"), "/strict/5")).Status.ShouldBe(200);
        _version = null;
        (await app.SendAsync(HttpMethod.Parse("PUT"), "/strict/5")).Status.ShouldBe(404); // nothing to lose: the handler's answer
        _runs.ShouldBe(4);
    }

    [Fact]
    public async Task Options_AsksNobody()
    {
        await using var app = await StartAsync();

        (await app.SendAsync(HttpMethod.Parse("OPTIONS"), "/users/5", ("If-Match", "\"x\""))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("/given", "\"v1\"")]
    [InlineData("/given-weak", "W/\"v1\"")]
    public async Task Get_ATagThatIsOneAlready_IsTakenAsItIs(string path, string tag)
    {
        await using var app = await StartAsync();

        (await app.GetAsync(path))["ETag"].ShouldBe(tag);
        (await app.GetAsync(path, ("If-None-Match", "\"v1\""))).Status.ShouldBe(304);
    }

    [Fact]
    public async Task Get_OfAGroup_TheEndpointsOwnTagGoesFirst()
    {
        await using var app = await StartAsync();

        (await app.GetAsync("/group/plain"))["ETag"].ShouldBe("\"group\"");
        (await app.GetAsync("/group/own"))["ETag"].ShouldBe("\"own\"");
        (await app.GetAsync("/group/plain", ("If-None-Match", "\"group\""))).Status.ShouldBe(304);
    }

    [Fact]
    public async Task Get_WithUseETagsToo_KeepsTheVersionsTag()
    {
        await using var app = await StartAsync(useETags: true);

        var first = await app.GetAsync("/users/5");

        first["ETag"].ShouldBe(EntityTags.Compute("user:5:1"u8));
        (await app.GetAsync("/users/5", ("If-None-Match", first["ETag"]!))).Status.ShouldBe(304);
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Handler_ThatSetsItsOwnTag_Wins()
    {
        await using var app = await StartAsync();

        (await app.GetAsync("/better"))["ETag"].ShouldBe("\"better\"");
    }

    [Theory]
    [InlineData("/cached-tagged")]
    [InlineData("/tagged-cached")]
    public async Task Cached_AStoredResponse_KeepsTheTagOfTheVersionItShows(string path)
    {
        await using var app = await StartAsync();
        var first = await app.GetAsync(path, ("If-None-Match", "\"x\""));
        _version = "2";

        var hit = await app.GetAsync(path);
        var validated = await app.GetAsync(path, ("If-None-Match", first["ETag"]!));

        first["ETag"].ShouldBe(EntityTags.Compute("1"u8));
        (hit.IsHit, hit["ETag"], hit.Body).ShouldBe((true, first["ETag"], "user"));
        validated.Status.ShouldBe(304);
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Controller_WithTheConvention_AnswersBeforeTheAction()
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapControllers().WithETag(_ => "\"all\""), builder => builder.Services.AddControllers());

        (await app.GetAsync("/controller"))["ETag"].ShouldBe("\"all\"");
        var matched = await app.GetAsync("/controller", ("If-None-Match", "\"all\""));
        (matched.Status, matched.Body).ShouldBe((304, ""));
    }

    [Fact]
    public async Task Controller_WithTheAttribute_AnswersBeforeTheAction()
    {
        await using var app = await StartAsync();

        var first = await app.GetAsync("/things/5");
        var second = await app.GetAsync("/things/5", ("If-None-Match", first["ETag"]!));
        var put = await app.SendAsync(HttpMethod.Parse("PUT"), "/things/5");

        (first.Status, first.Body, first["ETag"]).ShouldBe((200, "thing 5", EntityTags.From("thing", "5", 1)));
        (second.Status, second.Body).ShouldBe((304, ""));
        put.Status.ShouldBe(428);
        (await app.SendAsync(HttpMethod.Parse("PUT"), "/things/5", ("If-Match", first["ETag"]!))).Status.ShouldBe(200);
        (await app.SendAsync(HttpMethod.Parse("PUT"), "/things/5", ("If-Match", "\"x\""))).Status.ShouldBe(412);
    }

    [Fact]
    public async Task Controller_WithBothAttributes_StoresTheTagOfTheVersion()
    {
        await using var app = await StartAsync();

        var first = await app.GetAsync("/cached-things/5");
        var hit = await app.GetAsync("/cached-things/5");

        first["ETag"].ShouldBe(EntityTags.From("thing", "5", 1));
        (hit.IsHit, hit["ETag"], hit.Body).ShouldBe((true, first["ETag"], "thing 5"));
        (await app.GetAsync("/cached-things/5", ("If-None-Match", first["ETag"]!))).Status.ShouldBe(304);
    }

    private Task<TestApp> StartAsync(bool useETags = false) => TestApp.StartAsync(
        web =>
        {
            if (useETags) web.UseETags();
            web.MapMethods("/users/{id}", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "POST", "OPTIONS"], Handle).WithETag(Version);
            web.MapMethods("/strict/{id}", ["PUT", "POST"], Handle).WithETag(
                async context =>
                {
                    await Task.Yield();
                    return Version(context);
                },
                requireIfMatch: true);
            web.MapGet("/fails", () => TypedResults.StatusCode((int)HttpStatusCode.ServiceUnavailable)).WithETag(_ => "x");
            web.MapGet("/cached-tagged", Handle).Cache(TimeSpan.FromMinutes(5)).WithETag(_ => _version);
            web.MapGet("/tagged-cached", Handle).WithETag(_ => _version).Cache(TimeSpan.FromMinutes(5));
            web.MapGet("/given", () => "a").WithETag(_ => "\"v1\"");
            web.MapGet("/given-weak", () => "a").WithETag(_ => "W/\"v1\"");
            web.MapGet("/better", (HttpContext context) =>
            {
                context.Response.Headers.ETag = "\"better\"";
                return "a";
            }).WithETag(_ => "x");
            var group = web.MapGroup("/group").WithETag(_ => "\"group\"");
            group.MapGet("/plain", () => "a");
            group.MapGet("/own", (RequestDelegate)(context => context.Response.WriteAsync("a"))).WithETag(_ => "\"own\"");
            web.MapControllers();
        },
        builder => builder.Services.AddControllers());

    private string? Version(HttpContext context)
    {
        context.Response.Headers.CacheControl = "private";
        return _version is null ? null : $"user:{context.Request.RouteValues["id"]}:{_version}";
    }

    private IResult Handle()
    {
        _runs++;
        return _version is null ? TypedResults.NotFound() : TypedResults.Text("user");
    }
}

public sealed class ThingVersion : IETagSource
{
    public ValueTask<string?> GetETagAsync(HttpContext context) =>
        ValueTask.FromResult<string?>(EntityTags.From("thing", (string)context.Request.RouteValues["id"]!, 1));
}

[ApiController]
[Route("/things/{id:int}")]
[ETag<ThingVersion>(RequireIfMatch = true)]
public class ThingController : ControllerBase
{
    [HttpGet]
    public string Get(int id) => $"thing {id}";

    [HttpGet("/cached-things/{id:int}")]
    [Cache(Seconds = 300)]
    public string GetCached(int id) => $"thing {id}";

    [HttpPut]
    public void Put(int id) => _ = id;
}

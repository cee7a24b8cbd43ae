using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Wappa.Caching.AspNetCore.Tests.Keys;

/// <summary>Two identities never share a response, and nobody is served what authorization would refuse.</summary>
public class IdentityTests
{
    [Fact]
    public async Task TwoUsers_OfAnAuthorizedEndpoint_NeverShare()
    {
        var runs = 0;
        await using var app = await StartAsync(web => web.MapGet("/me", (ClaimsPrincipal user) =>
        {
            runs++;
            return user.FindFirstValue("sub");
        }).Cache(TimeSpan.FromMinutes(1)).RequireAuthorization());

        foreach (var isHit in new[] { false, true })
        {
            foreach (var user in new[] { "ann", "bob", "ann:-", "a%3Ann" })
            {
                var reply = await app.GetAsync("/me", ("X-User", user));
                (reply.Body, reply.IsHit, reply["Cache-Control"]).ShouldBe((user, isHit, "private, no-cache"));
            }
        }

        (await app.GetAsync("/me")).Status.ShouldBe(401);
        runs.ShouldBe(4);
    }

    [Fact]
    public async Task StoredResponse_OfOneWhoIsNoLongerAllowed_IsNotServed()
    {
        await using var app = await StartAsync(web => web.MapGet("/admin", () => "secret")
            .Cache(policy => policy.SharedByUsers()).RequireAuthorization(policy => policy.RequireClaim("role", "admin")));
        (await app.GetAsync("/admin", ("X-User", "ann"), ("X-Role", "admin"))).Body.ShouldBe("secret");
        (await app.GetAsync("/admin", ("X-User", "bob"), ("X-Role", "admin"))).IsHit.ShouldBeTrue();
        (await app.GetAsync("/admin", ("X-User", "bob"), ("X-Role", "guest"))).Status.ShouldBe(403);
        (await app.GetAsync("/admin")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task AuthenticatedUser_OfAnOpenEndpoint_HasAResponseOfHisOwn()
    {
        await using var app = await StartAsync(
            web => web.MapGet("/", (ClaimsPrincipal user) => $"hello {user.FindFirstValue("sub")}").Cache(TimeSpan.FromMinutes(1)));
        (await app.GetAsync("/", ("X-User", "ann"))).Body.ShouldBe("hello ann");
        (await app.GetAsync("/")).Body.ShouldBe("hello ");
        (await app.GetAsync("/", ("X-User", "bob"))).Body.ShouldBe("hello bob");
    }

    [Fact]
    public async Task AuthenticatedUser_WithoutIdentifier_IsNotCached()
    {
        var runs = 0;
        await using var app = await StartAsync(
            web => web.MapGet("/", () => Interlocked.Increment(ref runs)).Cache(TimeSpan.FromMinutes(1)).RequireAuthorization());
        await app.GetAsync("/", ("X-User", "-"));
        (await app.GetAsync("/", ("X-User", "-"))).Body.ShouldBe("2");
    }

    [Fact]
    public async Task SameIdentifier_OfTwoIssuersOrSchemes_IsTwoIdentities()
    {
        await using var app = await StartAsync(
            web => web.MapGet("/", (ClaimsPrincipal user) => user.FindFirst("sub")!.Issuer).Cache(TimeSpan.FromMinutes(1)));
        (await app.GetAsync("/", ("X-User", "ann"), ("X-Issuer", "one"))).Body.ShouldBe("one");
        (await app.GetAsync("/", ("X-User", "ann"), ("X-Issuer", "two"))).Body.ShouldBe("two");
    }

    [Fact]
    public async Task Credentials_ThatNothingLookedAt_AreNotCachedUnlessTheResponseIsPublic()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/own", (HttpContext context) => $"{context.Request.Headers.Authorization} {++runs}").Cache(TimeSpan.FromMinutes(1));
            web.MapGet("/public", (HttpContext context) =>
            {
                context.Response.Headers.CacheControl = "public, max-age=60";
                return $"{++runs}";
            }).Cache(TimeSpan.FromMinutes(1));
        });
        (await app.GetAsync("/own", ("Authorization", "Bearer a"))).Body.ShouldBe("Bearer a 1");
        (await app.GetAsync("/own")).Body.ShouldBe(" 2");
        (await app.GetAsync("/own", ("Authorization", "Bearer b"))).Body.ShouldBe("Bearer b 3");
        (await app.GetAsync("/public")).Body.ShouldBe("4");
        (await app.GetAsync("/public", ("Authorization", "Bearer a"))).Body.ShouldBe("4");
    }

    [Fact]
    public async Task PrivateResponse_OfAnIdentity_IsStoredForItAlone()
    {
        var runs = 0;
        await using var app = await StartAsync(web => web.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "private, max-age=60";
            return $"{++runs}";
        }).Cache(TimeSpan.FromMinutes(1)));
        await app.GetAsync("/", ("X-User", "ann"));
        (await app.GetAsync("/", ("X-User", "ann"))).Body.ShouldBe("1");
        (await app.GetAsync("/", ("X-User", "bob"))).Body.ShouldBe("2");
        await app.GetAsync("/");
        (await app.GetAsync("/")).Body.ShouldBe("4");
    }

    [Fact]
    public async Task Key_OfTheEndpointsOwn_StillHasTheIdentity()
    {
        await using var app = await StartAsync(web => web.MapGet("/me", (ClaimsPrincipal user) => user.FindFirstValue("sub"))
            .Cache(policy => policy.Key(_ => "me")).RequireAuthorization());
        await app.GetAsync("/me", ("X-User", "ann"));
        (await app.GetAsync("/me", ("X-User", "bob"))).Body.ShouldBe("bob");
        await app.Cache.InvalidateKeyAsync("me");
        (await app.GetAsync("/me", ("X-User", "ann"))).IsHit.ShouldBeFalse();
    }

    private static Task<TestApp> StartAsync(Action<WebApplication> map) => TestApp.StartAsync(
        web =>
        {
            web.UseAuthentication();
            web.UseAuthorization();
            map(web);
        },
        builder =>
        {
            builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderScheme>("test", null);
            builder.Services.AddAuthorization();
        });

    private sealed class HeaderScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-User"] is not { Count: 1 } user) return Task.FromResult(AuthenticateResult.NoResult());
            List<Claim> claims = [new("role", Request.Headers["X-Role"].ToString())];
            var issuer = Request.Headers["X-Issuer"] is { Count: 1 } named ? named.ToString() : "test";
            if (user != "-") claims.Add(new("sub", user!, null, issuer));
            var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
        }
    }
}

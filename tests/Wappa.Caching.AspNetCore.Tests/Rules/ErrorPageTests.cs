using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Tests.Rules;

/// <summary>Pages that other requests' failures end in, which are endpoints, too.</summary>
public class ErrorPageTests
{
    [Fact]
    public async Task ErrorPage_ThatIsCached_KeepsTheStatusOfTheError()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.UseExceptionHandler("/error");
            web.UseStatusCodePagesWithReExecute("/errors/{0}");
            web.UseRouting();
            web.MapGet("/error", () => "sorry").Cache(TimeSpan.FromMinutes(1));
            web.MapGet("/errors/{code}", (string code) => $"page {code}").Cache(TimeSpan.FromMinutes(1));
            web.MapGet("/throws", string () => throw new InvalidOperationException("not today"));
        });
        for (var i = 0; i < 2; i++)
        {
            (await app.GetAsync("/error")).Status.ShouldBe(200); // asked for by its own name it is a page like others
            (await app.GetAsync("/errors/404")).Status.ShouldBe(200);
            var (thrown, missing) = (await app.GetAsync("/throws"), await app.GetAsync("/nowhere"));
            (thrown.Status, thrown.Body).ShouldBe((500, "sorry"));
            (missing.Status, missing.Body).ShouldBe((404, "page 404"));
        }

        (await app.GetAsync("/error")).IsHit.ShouldBeTrue();
    }
}

using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Caching.AspNetCore.Tests.Statistics;

namespace Wappa.Caching.AspNetCore.Tests.Endpoints;

/// <summary>Endpoint filters stand within the cache: they run when a response is made, and not when it is served.</summary>
public class FilterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EndpointFilter_OfACachedEndpoint_DoesNotRunOnAHitAndTheLogSaysSo(bool isOfTheGroup)
    {
        var logs = new LogLines();
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web =>
            {
                var group = web.MapGroup("/g");
                var endpoint = group.MapGet("/a", () => "a").Cache(TimeSpan.FromMinutes(1));
                if (isOfTheGroup) group.AddEndpointFilter(Count);
                else endpoint.AddEndpointFilter(Count);
                group.MapGet("/b", () => "b").WithoutCache();
            },
            builder => builder.Logging.AddProvider(logs));
        await app.GetAsync("/g/a");
        (await app.GetAsync("/g/a")).IsHit.ShouldBeTrue();
        runs.ShouldBe(1);
        logs.Warnings.Count(line => line.Contains("/g/a") && line.Contains("filter")).ShouldBe(1);

        ValueTask<object?> Count(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            runs++;
            return next(context);
        }
    }

    [Fact]
    public async Task Validation_OfAWholeApp_IsNothingToWarnOf()
    {
        var logs = new LogLines();
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", ([StringLength(5)] string? q) => "a" + q).Cache(TimeSpan.FromMinutes(1)),
            builder =>
            {
                builder.Services.AddValidation();
                builder.Logging.AddProvider(logs);
            });
        await app.GetAsync("/a?q=1");
        (await app.GetAsync("/a?q=1")).IsHit.ShouldBeTrue();
        logs.Warnings.ShouldNotContain(line => line.Contains("filter"));
    }
}

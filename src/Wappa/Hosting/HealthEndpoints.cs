using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Caching;

namespace Wappa.Hosting;

/// <summary>
/// <c>/health</c> says that the process answers; <c>/health/ready</c> how well it can work. Both name checks and states
/// and, of this project's own checks, a word why; nothing else: no addresses, no exceptions, no options.
/// </summary>
internal static class HealthEndpoints
{
    internal const string ReadyTag = CachingHealth.ReadyTag;

    /// <summary>The key of a check's data that is shown. Only this project's checks use it.</summary>
    internal const string Reason = "wappa.reason";

    // An app's own route at the same address has order 0 and wins; two of the same order would fail at each request.
    private const int AfterTheApps = 1000;

    internal static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks(WappaRoutes.Health, Options(static _ => false)).WithOrder(AfterTheApps);
        endpoints.MapHealthChecks(WappaRoutes.Ready, Options(static check => check.Tags.Contains(ReadyTag)))
            .WithOrder(AfterTheApps);
    }

    private static HealthCheckOptions Options(Func<HealthCheckRegistration, bool> checks) => new()
    {
        Predicate = checks,
        ResponseWriter = WriteAsync,
    };

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status"u8, NameOf(report.Status));
            if (report.Entries.Count > 0)
            {
                json.WriteStartObject("checks"u8);
                foreach (var (name, entry) in report.Entries) json.WriteString(name, NameOf(entry.Status));
                json.WriteEndObject();
                WriteReasons(json, report);
            }

            json.WriteEndObject();
        }

        context.Response.ContentType = MediaTypeNames.Application.Json;
        var written = body.GetBuffer().AsMemory(0, (int)body.Length);
        return context.Response.Body.WriteAsync(written, context.RequestAborted).AsTask();
    }

    private static void WriteReasons(Utf8JsonWriter json, HealthReport report)
    {
        var reasons = report.Entries.Where(static check => check.Value.Data.ContainsKey(Reason)).ToArray();
        if (reasons.Length == 0) return;
        json.WriteStartObject("reasons"u8);
        foreach (var (name, entry) in reasons) json.WriteString(name, entry.Data[Reason] as string);
        json.WriteEndObject();
    }

    private static string NameOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}

using Wappa.Caching;

namespace ChatFeedApi.Reports;

/// <param name="TookMs">How long the work took when it was done.</param>
public sealed record ExpensiveResult(string Result, DateTimeOffset ComputedAt, long TookMs);

/// <summary>Something that takes its time, as a report over many rows or another service would.</summary>
public sealed class ExpensiveOperation(TimeProvider time)
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public async Task<ExpensiveResult> RunAsync(CancellationToken ct)
    {
        var begin = time.GetTimestamp();
        while (time.GetElapsedTime(begin) < Work) await Task.Delay(Step, time, ct); // a timer may be early
        return new("42", time.GetUtcNow(), (long)time.GetElapsedTime(begin).TotalMilliseconds);
    }
}

/// <summary>Its result, for ten minutes. Of all who ask meanwhile, on all instances, one does the work.</summary>
public sealed class ExpensiveResultCache(CacheStrategyContext context, ExpensiveOperation operation)
    : CacheAsideStrategy<ExpensiveResult>(context, ns: "reports", new CacheEntryPolicy
    {
        Ttl = TimeSpan.FromSeconds(600),
        ClusterLock = true,
    })
{
    public ValueTask<ExpensiveResult> GetAsync(CancellationToken ct) =>
        FetchAsync(["expensive_result"], operation.RunAsync, cancellationToken: ct);
}

internal static class ReportEndpoints
{
    internal static IServiceCollection AddReports(this IServiceCollection services) =>
        services.AddSingleton<ExpensiveOperation>().AddCacheStrategy<ExpensiveResultCache>();

    internal static void MapReports(this IEndpointRouteBuilder app) => app.MapGet(
        "/expensive-operation", (ExpensiveResultCache cache, CancellationToken ct) => cache.GetAsync(ct)).WithTags("reports");
}

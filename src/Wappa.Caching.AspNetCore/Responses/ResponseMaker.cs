using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Wappa.Caching.AspNetCore.Conditional;
using Wappa.Caching.AspNetCore.Policies;
using Wappa.Caching.AspNetCore.Recording;

namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>Makes what is stored of a recorded response, and gives the response on its way to the first client the same headers.</summary>
internal static class ResponseMaker
{
    private const string NoCache = "no-cache";

    // Of one connection, of one moment (Date, Age), or told by the rest (Content-Length).
    private static readonly HashSet<string> NotKept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Date", "Age", "Content-Length", "Server", "Alt-Svc",
    };

    /// <summary>Makes it.</summary>
    internal static StoredResponse Make(EndpointRun run, ResponsePlan plan, bool isPrivate, TimeSpan freshFor, DateTimeOffset now)
    {
        var response = run.Context.Response;
        var headers = response.Headers;
        var body = run.Recorded.Bytes.Written.Span;
        if (headers.CacheControl.Count == 0) headers.CacheControl = CacheControl(plan.Policy, isPrivate, freshFor);
        foreach (var name in plan.Policy.Headers)
        {
            if (!Names(headers.Vary).Contains(name, StringComparer.OrdinalIgnoreCase)) headers.Append("Vary", name);
        }

        var tag = Validators.OwnTag(headers);
        if (tag is null) headers.ETag = tag = EntityTags.Compute(body);

        // What it says of its age is counted on: the handler may have it from another cache.
        var age = Verdicts.AgeOf(headers);
        return StoredResponseFormat.Make(response.StatusCode, now - age, freshFor + age, Kept(run, headers), tag, body);
    }

    /// <summary>Makes what those get who waited for a response that failed. It is never stored.</summary>
    internal static StoredResponse MakeFailure(EndpointRun run, DateTimeOffset now)
    {
        var response = run.Context.Response;
        var headers = Kept(run, response.Headers);
        return StoredResponseFormat.Make(response.StatusCode, now, TimeSpan.Zero, headers, "", run.Recorded.Bytes.Written.Span);
    }

    /// <summary>The request headers by which the response varies, beside those that are in the key already: sorted, in lower
    /// case.</summary>
    internal static string[] Vary(IHeaderDictionary headers, ResponsePolicy policy) => headers.Vary.Count == 0
        ? []
        : [.. Names(headers.Vary)
            .Except(policy.Headers, StringComparer.OrdinalIgnoreCase)
            .Select(name => name.ToLowerInvariant())
            .Distinct()
            .Order(StringComparer.Ordinal)];

    private static KeyValuePair<string, StringValues>[] Kept(EndpointRun run, IHeaderDictionary headers) =>
        [.. headers.Where(header => !NotKept.Contains(header.Key) && !run.Before.Contains(header))];

    private static string CacheControl(ResponsePolicy policy, bool isPrivate, TimeSpan freshFor)
    {
        if (policy.ClientTtl is not { } ttl) return isPrivate ? "private, no-cache" : NoCache;
        var seconds = (long)(ttl < freshFor ? ttl : freshFor).TotalSeconds;
        return isPrivate ? $"private, max-age={seconds}" : $"max-age={seconds}";
    }

    private static IEnumerable<string> Names(StringValues lines) =>
        lines.SelectMany(static line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Wappa.Caching.AspNetCore.Policies;
using Wappa.Caching.AspNetCore.Recording;

namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>Decides whether a recorded response is stored, and for how long it is fresh.</summary>
internal static class Verdicts
{
    /// <summary>Decides.</summary>
    /// <param name="run">The response; its handler has returned.</param>
    /// <param name="plan">What its endpoint says.</param>
    /// <param name="isOnesOwn">Whether the key holds the caller's identity.</param>
    /// <param name="now">The time.</param>
    internal static (NotStored Reason, TimeSpan FreshFor, bool IsNeverStale) Of(
        EndpointRun run, ResponsePlan plan, bool isOnesOwn, DateTimeOffset now)
    {
        var response = run.Context.Response;
        var reason = Obstacle(run, response, plan.Policy);
        if (reason != NotStored.No) return (reason, default, false);
        var directives = CacheDirectives.Parse(response.Headers.CacheControl);
        if (directives.NoStore || directives.NoCache || (directives.IsPrivate && !isOnesOwn)) return (NotStored.Forbidden, default, false);
        var freshFor = FreshFor(response.Headers, directives, plan.Policy.Ttl, now);
        return freshFor > TimeSpan.Zero
            ? (NotStored.No, freshFor, directives.MustRevalidate)
            : (NotStored.Forbidden, default, false);
    }

    /// <summary>Whether a response that is not stored for its status may be given to those who wait for it.</summary>
    internal static bool IsForWaiters(EndpointRun run, bool isOnesOwn)
    {
        var response = run.Context.Response;
        var directives = CacheDirectives.Parse(response.Headers.CacheControl);
        return Obstacle(run, response) == NotStored.No && !directives.NoStore && (!directives.IsPrivate || isOnesOwn);
    }

    private static NotStored Obstacle(EndpointRun run, HttpResponse response, ResponsePolicy policy)
    {
        if (run.IsStreaming) return NotStored.Streaming;
        if (run.IsPassing || run.Recorded.IsTooLong) return NotStored.TooLarge;
        if (run.WasAborted || run.WasStopped) return NotStored.Aborted;
        if (!policy.Statuses.Contains(response.StatusCode)) return NotStored.Status;
        return Obstacle(run, response);
    }

    private static NotStored Obstacle(EndpointRun run, HttpResponse response)
    {
        var headers = response.Headers;
        if (headers.ContentLength is { } said && said != run.Recorded.Bytes.Length) return NotStored.Truncated;
        if (headers.SetCookie.Count > 0) return NotStored.Cookie;
        if (headers.ContentRange.Count > 0 || headers.Trailer.Count > 0 || HasTrailers(run.Context) || VariesByAnything(headers.Vary))
            return NotStored.Unrepeatable;

        // No server has looked at these headers yet. One that it refuses would fail each hit; its own request meets that refusal itself.
        return run.HasClient || headers.All(static header => IsSendable(header.Key, header.Value)) ? NotStored.No : NotStored.Unrepeatable;
    }

    // RFC 9111 §4.2.1: s-maxage before max-age before Expires. None of them makes it longer than the endpoint's own time to live.
    private static TimeSpan FreshFor(IHeaderDictionary headers, in CacheDirectives directives, TimeSpan ttl, DateTimeOffset now)
    {
        if ((directives.SharedMaxAge ?? directives.MaxAge) is { } seconds)
        {
            return Least(ttl, TimeSpan.FromSeconds(seconds) - AgeOf(headers));
        }

        if (headers.Expires.Count == 0) return ttl;
        return HeaderUtilities.TryParseDate(headers.Expires.ToString(), out var ends) ? Least(ttl, ends - now) : TimeSpan.Zero;
    }

    /// <summary>How old the response says it is already; at most some 68 years, as of any number of seconds (RFC 9111 §1.2.2).</summary>
    internal static TimeSpan AgeOf(IHeaderDictionary headers) =>
        headers.Age.Count == 1 && long.TryParse(headers.Age.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var age)
            ? TimeSpan.FromSeconds(Math.Min(age, int.MaxValue))
            : TimeSpan.Zero;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static bool IsSendable(string name, in StringValues values)
    {
        if (name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':')) return false;
        foreach (var value in values)
        {
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~')) return false;
        }

        return true;
    }

    private static bool HasTrailers(HttpContext context) =>
        context.Features.Get<IHttpResponseTrailersFeature>() is { Trailers.Count: > 0 };

    private static bool VariesByAnything(in StringValues vary)
    {
        foreach (var line in vary)
        {
            foreach (var name in line.AsSpan().Split(','))
            {
                if (line.AsSpan()[name].Trim() is "*") return true;
            }
        }

        return false;
    }
}

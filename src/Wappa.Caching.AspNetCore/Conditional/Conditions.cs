using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>What a request's conditions say (RFC 9110 §13), as a pure function of its headers and of what is there now.</summary>
internal static class Conditions
{
    /// <summary>Evaluates them in the order of §13.2.2: <c>If-Match</c>, else <c>If-Unmodified-Since</c>; then <c>If-None-Match</c>,
    /// else <c>If-Modified-Since</c>.</summary>
    /// <param name="request">Method and headers.</param>
    /// <param name="tag">The valid ETag of what is there; null: it has none.</param>
    /// <param name="lastModified">When it changed last; null: unknown. Neither tag nor date: nothing is there.</param>
    /// <returns>The verdict, and the tag to answer with: the client's own form of it if it has it in a content coding.</returns>
    internal static Condition Evaluate(HttpRequest request, string? tag, DateTimeOffset? lastModified = null) =>
        Evaluate(request.Method, request.Headers, tag, lastModified);

    /// <inheritdoc cref="Evaluate(HttpRequest, string?, DateTimeOffset?)"/>
    internal static Condition Evaluate(
        string method, IHeaderDictionary headers, string? tag, DateTimeOffset? lastModified = null)
    {
        var isRead = IsRead(method);
        if (!isRead && IsWithoutConditions(method)) return new(Verdict.Proceed, tag);
        var exists = tag is not null || lastModified is not null;
        if (headers.IfMatch is { Count: > 0 } wanted)
        {
            if (!IsMatch(wanted, tag, exists)) return new(Verdict.Failed, tag);
        }
        else if (lastModified is not null && ReadDate(headers.IfUnmodifiedSince) is { } limit && Seconds(lastModified.Value) > limit)
        {
            return new(Verdict.Failed, tag);
        }

        if (headers.IfNoneMatch is { Count: > 0 } known)
        {
            var found = exists && EntityTagList.IsAny(known);
            var sent = found || tag is null ? tag : EntityTagList.FindWeakly(known, tag);
            if (!found && (tag is null || sent is null)) return new(Verdict.Proceed, tag);
            return isRead ? new(Verdict.NotModified, sent) : new(Verdict.Failed, tag);
        }

        return isRead && lastModified is not null && ReadDate(headers.IfModifiedSince) is { } since && Seconds(lastModified.Value) <= since
            ? new(Verdict.NotModified, tag)
            : new(Verdict.Proceed, tag);
    }

    /// <summary>GET and HEAD: what may be answered with 304.</summary>
    internal static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>Methods for which conditions mean nothing (§13.1).</summary>
    internal static bool IsWithoutConditions(string method) =>
        HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method) || HttpMethods.IsConnect(method);

    // A field without one valid member is false and not ignored: a client that asks not to overwrite others would.
    private static bool IsMatch(in StringValues wanted, string? tag, bool exists) =>
        (exists && EntityTagList.IsAny(wanted)) || (tag is not null && EntityTagList.ContainsStrongly(wanted, tag));

    // More than one date, or what is none, is as if it were not there (§13.1.3, §13.1.4).
    private static DateTimeOffset? ReadDate(in StringValues field) =>
        field.Count == 1 && HeaderUtilities.TryParseDate(field[0], out var date) ? date : null;

    // A date in a header has whole seconds.
    private static DateTimeOffset Seconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}

/// <summary>What is to be done with a request that may have conditions.</summary>
internal enum Verdict
{
    /// <summary>What was asked for.</summary>
    Proceed,

    /// <summary>304: the client has it.</summary>
    NotModified,

    /// <summary>412: not what the client thinks is there.</summary>
    Failed,
}

/// <summary>The verdict over a request's conditions.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Tag">The ETag to answer with; null: none.</param>
internal readonly record struct Condition(Verdict Verdict, string? Tag);

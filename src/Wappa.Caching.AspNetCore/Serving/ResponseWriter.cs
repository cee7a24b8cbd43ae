using System.Globalization;
using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Conditional;
using Wappa.Caching.AspNetCore.Responses;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>Gives a stored response to a client: its headers, its age, and its bytes as they are in the store - or 304.</summary>
internal static class ResponseWriter
{
    private const int WrittenAges = 3600;

    private static readonly string[] Ages = [.. Enumerable.Range(0, WrittenAges).Select(age => age.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Answers with what was stored before.</summary>
    internal static Task WriteAsync(HttpContext context, StoredResponse stored, TimeProvider time)
    {
        var condition = ConditionOf(context, stored);
        if (condition.Verdict == Verdict.Failed) return Refusals.PreconditionFailedAsync(context);
        var isNotModified = condition.Verdict == Verdict.NotModified;
        var headers = context.Response.Headers;
        foreach (var (name, values) in isNotModified ? stored.HeadersWithoutBody : stored.Headers) headers[name] = values;

        // A node whose clock is ahead made it; it is new.
        var age = Math.Max(0, (time.GetUtcNow() - stored.MadeAt).Ticks) / TimeSpan.TicksPerSecond;
        headers.Age = age < WrittenAges ? Ages[age] : age.ToString(CultureInfo.InvariantCulture);
        if (!isNotModified) return WriteBodyAsync(context, stored);
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        if (condition.Tag is not null) headers.ETag = condition.Tag;
        return Task.CompletedTask;
    }

    /// <summary>Answers with what was made for this very request; its headers are set.</summary>
    internal static Task WriteMadeAsync(HttpContext context, StoredResponse made)
    {
        var condition = ConditionOf(context, made);
        switch (condition.Verdict)
        {
            case Verdict.NotModified:
                NotModified.Apply(context.Response, condition.Tag);
                return Task.CompletedTask;
            case Verdict.Failed:
                foreach (var (name, _) in made.Headers) context.Response.Headers.Remove(name);
                return Refusals.PreconditionFailedAsync(context);
            default:
                return WriteBodyAsync(context, made);
        }
    }

    private static Task WriteBodyAsync(HttpContext context, StoredResponse stored)
    {
        var response = context.Response;
        ContentCoding.FollowTag(context, stored.ETag);
        response.StatusCode = stored.Status;
        if (stored.Status != StatusCodes.Status204NoContent) response.ContentLength = stored.Body.Length;
        if (stored.Body.IsEmpty || HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        var written = response.BodyWriter.WriteAsync(stored.Body, context.RequestAborted);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    // RFC 9110 §13.1: conditions are for what would be a 2xx.
    private static Condition ConditionOf(HttpContext context, StoredResponse stored)
    {
        var request = context.Request.Headers;
        var dates = request.IfModifiedSince.Count + request.IfUnmodifiedSince.Count;
        if (dates + request.IfNoneMatch.Count + request.IfMatch.Count == 0 || stored.Status is < 200 or > 299) return default;
        return Conditions.Evaluate(context.Request, stored.ETag, dates > 0 ? Validators.LastModified(stored.Headers) : null);
    }
}

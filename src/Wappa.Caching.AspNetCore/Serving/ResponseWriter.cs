using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
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
        var headers = context.Response.Headers;
        foreach (var (name, values) in stored.Headers) headers[name] = values;

        // A node whose clock is ahead made it; it is new.
        var age = Math.Max(0, (time.GetUtcNow() - stored.MadeAt).Ticks) / TimeSpan.TicksPerSecond;
        headers.Age = age < WrittenAges ? Ages[age] : age.ToString(CultureInfo.InvariantCulture);
        return WriteBodyAsync(context, stored);
    }

    /// <summary>Answers with what was made for this very request; its headers are set.</summary>
    internal static Task WriteBodyAsync(HttpContext context, StoredResponse stored)
    {
        var request = context.Request.Headers;
        if (request.IfNoneMatch.Count + request.IfModifiedSince.Count + request.IfMatch.Count + request.IfUnmodifiedSince.Count > 0 &&
            Answered(context, stored) is { } answered)
        {
            return answered;
        }

        var response = context.Response;
        ContentCoding.FollowTag(context, stored.ETag);
        response.StatusCode = stored.Status;
        if (stored.Status != StatusCodes.Status204NoContent) response.ContentLength = stored.Body.Length;
        if (stored.Body.IsEmpty || HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        var written = response.BodyWriter.WriteAsync(stored.Body, context.RequestAborted);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    // RFC 9110 §13.1: conditions are for what would be a 2xx.
    private static Task? Answered(HttpContext context, StoredResponse stored)
    {
        if (stored.Status is < 200 or > 299) return null;
        var modified = Validators.LastModified(context.Response.Headers);
        var condition = Conditions.Evaluate(context.Request, stored.ETag, modified);
        switch (condition.Verdict)
        {
            case Verdict.NotModified:
                NotModified.Apply(context.Response, condition.Tag);
                return Task.CompletedTask;
            case Verdict.Failed:
                foreach (var (name, _) in stored.Headers) context.Response.Headers.Remove(name);
                context.Response.Headers.Remove(HeaderNames.Age);
                return Refusals.PreconditionFailedAsync(context);
            default:
                return null;
        }
    }
}

using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Answers by the tag of what is there, before the handler runs.</summary>
internal static class ETagGate
{
    /// <summary>Evaluates the request's conditions.</summary>
    /// <param name="context">The request. An answer to a read gets the tag, whether the handler makes it or this.</param>
    /// <param name="source">Gives the tag, or what changes with it.</param>
    /// <param name="requireIfMatch">Whether PUT, PATCH and DELETE of what is there need <c>If-Match</c>.</param>
    /// <returns>Whether the handler is to run. False: the answer is made.</returns>
    internal static async ValueTask<bool> PassAsync(
        HttpContext context, Func<HttpContext, ValueTask<string?>> source, bool requireIfMatch)
    {
        var method = context.Request.Method;
        if (Conditions.IsWithoutConditions(method)) return true;
        var value = await source(context).ConfigureAwait(false);
        var tag = value is null ? null : EntityTags.Of(value);
        var isRead = Conditions.IsRead(method);

        // What is not there the handler answers: 404 goes before any condition of a read (RFC 9110 §13.2.1).
        if (tag is null && isRead) return true;
        var condition = Conditions.Evaluate(context.Request, tag);
        if (condition.Verdict == Verdict.NotModified)
        {
            NotModified.Apply(context.Response, condition.Tag);
            return false;
        }

        if (condition.Verdict == Verdict.Failed)
        {
            await RefuseChangedAsync(context, tag).ConfigureAwait(false);
            return false;
        }

        if (isRead)
        {
            ContentCoding.SetTag(context.Response, tag!);
            return true;
        }

        if (!requireIfMatch || tag is null || !ChangesWhatIsThere(method) || context.Request.Headers.IfMatch.Count > 0) return true;
        await RefuseAsync(
            context, StatusCodes.Status428PreconditionRequired, "If-Match is required",
            "Read first, and send the ETag of what was read as If-Match.").ConfigureAwait(false);
        return false;
    }

    private static Task RefuseChangedAsync(HttpContext context, string? tag)
    {
        context.Response.Headers.ETag = tag; // who reads anew may see at once whether that was it
        return RefuseAsync(
            context, StatusCodes.Status412PreconditionFailed, "It is not what the request takes it for",
            tag is null ? "There is nothing to change." : "It was changed or created meanwhile. Read it again, and decide anew.");
    }

    private static Task RefuseAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.Headers.CacheControl = "no-store"; // what the source said is for the answer it did not become
        return TypedResults.Problem(detail, statusCode: status, title: title).ExecuteAsync(context);
    }

    private static bool ChangesWhatIsThere(string method) =>
        HttpMethods.IsPut(method) || HttpMethods.IsPatch(method) || HttpMethods.IsDelete(method);
}

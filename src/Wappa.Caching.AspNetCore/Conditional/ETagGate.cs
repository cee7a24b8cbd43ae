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
        switch (condition.Verdict)
        {
            case Verdict.NotModified:
                NotModified.Apply(context.Response, condition.Tag);
                return false;
            case Verdict.Failed:
                await RefuseAsync(context, tag).ConfigureAwait(false);
                return false;
        }

        if (isRead)
        {
            ContentCoding.SetTag(context.Response, tag!);
            return true;
        }

        if (!requireIfMatch || tag is null || !ChangesWhatIsThere(method) || context.Request.Headers.IfMatch.Count > 0) return true;
        await TypedResults.Problem(
            statusCode: StatusCodes.Status428PreconditionRequired,
            title: "If-Match is required",
            detail: "Read first, and send the ETag of what was read as If-Match.").ExecuteAsync(context).ConfigureAwait(false);
        return false;
    }

    private static Task RefuseAsync(HttpContext context, string? tag)
    {
        context.Response.Headers.ETag = tag; // who reads anew may see at once whether that was it
        return TypedResults.Problem(
            statusCode: StatusCodes.Status412PreconditionFailed,
            title: "It is not what the request takes it for",
            detail: tag is null
                ? "There is nothing to change."
                : "It was changed or created meanwhile. Read it again, and decide anew.").ExecuteAsync(context);
    }

    private static bool ChangesWhatIsThere(string method) =>
        HttpMethods.IsPut(method) || HttpMethods.IsPatch(method) || HttpMethods.IsDelete(method);
}

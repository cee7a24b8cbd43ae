using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatFeedApi.Users;

/// <summary>The version that a client wants to change, of what it has seen: its <c>If-Match</c> fitted it when the request came.</summary>
/// <param name="Number">Null: the client changes whatever is there.</param>
internal readonly record struct SeenVersion(long? Number)
{
    /// <summary>Remembers the version that the request is compared with, for the handler behind.</summary>
    internal static void Set(HttpContext context, long version)
    {
        var wanted = context.Request.Headers.IfMatch;
        if (wanted.Count > 0 && wanted != "*") context.Items[typeof(SeenVersion)] = version;
    }

    public static ValueTask<SeenVersion> BindAsync(HttpContext context) =>
        new(new SeenVersion(context.Items[typeof(SeenVersion)] as long?));

    /// <summary>Nothing was written: with a version somebody was faster, without one nobody is there.</summary>
    internal Results<T, NotFound, ProblemHttpResult> Refused<T>() where T : IResult => Number is null
        ? TypedResults.NotFound()
        : TypedResults.Problem(
            "It was changed meanwhile. Read it again, and decide anew.", statusCode: StatusCodes.Status412PreconditionFailed,
            title: "It is not what the request takes it for");
}

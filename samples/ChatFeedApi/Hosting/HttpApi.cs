using System.Data.Common;
using System.Text.Json;
using Wappa.Caching;

namespace ChatFeedApi.Hosting;

/// <summary>What holds for all routes: names in JSON, and how an answer says what went wrong.</summary>
internal static class HttpApi
{
    internal static void AddHttpApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        services.AddSingleton<AfterWrite>();
        services.AddValidation();
        services.AddOpenApi();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            if (context.ProblemDetails is HttpValidationProblemDetails invalid) invalid.Errors = Named(invalid.Errors);
            if (context.Exception is not BadHttpRequestException error) return;
            context.ProblemDetails.Detail = error.InnerException is JsonException json
                ? $"The body is not the JSON that is expected, at {json.Path ?? "$"}."
                : error.Message;
        });
        services.AddHealthChecks().AddWappaCache().AddDatabase();
    }

    internal static void UseHttpApi(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = static error => error switch
            {
                BadHttpRequestException request => request.StatusCode,
                DbException { SqlState: ['2', '2', ..] } => StatusCodes.Status400BadRequest, // a value no column can hold
                DbException or CacheStoreException or TimeoutException => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            },
            SuppressDiagnosticsCallback = static context => context.Exception is BadHttpRequestException, // the client's fault, not ours
        });
        app.UseStatusCodePages();
    }

    // As the client wrote them: author_id, not AuthorId.
    private static Dictionary<string, string[]> Named(IDictionary<string, string[]> errors) =>
        errors.ToDictionary(error => JsonNamingPolicy.SnakeCaseLower.ConvertName(error.Key), error => error.Value);
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Wappa.Emulator;

/// <summary>The Graph API as routes of the app.</summary>
internal sealed class GraphEndpoints(LocalWhatsApp local)
{
    // Beside the largest file there is the rest of its form.
    private const int MaxBytes = MediaShelf.MaxBytes + (1 << 20);
    private static readonly string[] Methods = ["GET", "POST", "DELETE"];

    internal void Map(IEndpointRouteBuilder routes)
    {
        const string version = @"/{version:regex(^v\d+\.\d+$)}";
        routes.MapMethods(version + "/{id}", Methods, (RequestDelegate)AnswerAsync);
        routes.MapMethods(version + "/{id}/{edge}", Methods, (RequestDelegate)AnswerAsync);
        routes.MapGet(MediaShelf.Path, (RequestDelegate)AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBytes;
        var request = context.Request;
        var headers = request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        byte[] body;
        try
        {
            body = await ApiRequests.ReadBytesAsync(request, MaxBytes, context.RequestAborted).ConfigureAwait(false);
        }
        catch (ApiRefusal refusal)
        {
            context.Response.StatusCode = refusal.Status;
            return;
        }

        var call = new GraphCall(request.Method, new Uri(request.GetEncodedUrl()), headers, body);
        var reply = await local.Graph.HandleAsync(call, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        foreach (var (name, value) in reply.Headers) context.Response.Headers[name] = value;
        await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted).ConfigureAwait(false);
    }
}

using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Wappa.Emulator;

/// <summary>The routes of a chat.</summary>
internal sealed class ConversationApi(LocalWhatsApp local)
{
    private const string Sandbox = "sandbox; default-src 'none'";

    internal void Map(IEndpointRouteBuilder routes)
    {
        const string chat = "/conversations/{number}/{customer}";
        routes.MapGet(chat + "/messages", (string number, string customer) =>
        {
            var (known, who) = Find(number, customer);
            return ApiRequests.Json(local.World.MessagesOf(known.Id, who.Id));
        });
        routes.MapPost(chat + "/messages", SendAsync);
        routes.MapPost(chat + "/read", ReadAsync);
        routes.MapPost("/media", UploadAsync);
        routes.MapGet("/media/{id}", Download);
    }

    private async Task<IResult> SendAsync(
        string number, string customer, bool? wait, HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadNodeAsync(request, cancellationToken).ConfigureAwait(false);
        var (to, from) = Find(number, customer);
        if (local.Options.WebhookUrl() is null)
            throw new ApiRefusal(StatusCodes.Status503ServiceUnavailable, "The app is still starting. Try again.");
        SentByCustomer sent;
        try
        {
            sent = local.Send(to, from, given);
        }
        catch (FormatException error)
        {
            throw ApiRefusal.Unreadable(error.Message + ".");
        }

        if (wait is true) await sent.Update.FirstAttempt.WaitAsync(cancellationToken).ConfigureAwait(false);
        var message = sent.Message is { } known ? local.World.FindMessage(known.Id) ?? known : null;
        return message is null
            ? ApiRequests.Json(new { exchange = (long?)null }, StatusCodes.Status202Accepted)
            : ApiRequests.Json(message, StatusCodes.Status202Accepted);
    }

    private async Task<IResult> ReadAsync(string number, string customer, HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadNodeAsync(request, cancellationToken).ConfigureAwait(false);
        var (to, from) = Find(number, customer);
        if (given.Text("played") is { } id)
        {
            if (!local.World.TryFindMessage(to.Id, from.Id, id, out var message) || message.Direction is MessageDirection.In)
                throw ApiRefusal.Unknown("message");
            local.Play(to, from, id);
        }
        else local.Read(to, from);

        return Results.NoContent();
    }

    private async Task<IResult> UploadAsync(string? filename, string? type, HttpRequest request, CancellationToken cancellationToken)
    {
        // A form or a plain text is what another site's page could send without asking.
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var sent) is false || request.HasFormContentType ||
            sent.MediaType is "text/plain")
        {
            throw new ApiRefusal(
                StatusCodes.Status415UnsupportedMediaType,
                "The body is the file itself, with its Content-Type; not a form. For text/plain send " +
                "application/octet-stream and ?type=text/plain.");
        }

        var bytes = await ApiRequests.ReadBytesAsync(request, MediaShelf.MaxBytes, cancellationToken).ConfigureAwait(false);
        if (bytes.Length is 0) throw ApiRefusal.Unreadable("The file is empty.");
        var file = local.Media.Add(type is { Length: > 0 } ? type : request.ContentType!, filename, bytes);
        return ApiRequests.Json(
            new { file.Id, file.MimeType, sha256 = file.Sha256Hex, size = bytes.Length, filename = file.FileName },
            StatusCodes.Status201Created);
    }

    private IResult Download(string id, HttpResponse response)
    {
        var file = local.Media.Find(id) ?? throw ApiRefusal.Unknown("file");
        // Whatever it says it is: it runs nothing, and it is nobody's page.
        response.Headers.ContentSecurityPolicy = Sandbox;
        response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(file.Bytes, file.MimeType, enableRangeProcessing: true);
    }

    private (BusinessNumber Number, Customer Customer) Find(string number, string customer) => (
        local.World.FindNumber(number) ?? throw ApiRefusal.Unknown("number"),
        local.World.FindCustomer(customer) ?? throw ApiRefusal.Unknown("customer"));
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Wappa.Emulator;

/// <summary>Reading requests of the emulator's own API, and answering them.</summary>
internal static class ApiRequests
{
    private const int MaxJsonBytes = 4 << 20;

    /// <summary>The JSON object of a body.</summary>
    /// <exception cref="ApiRefusal">Not JSON, no object, or too large.</exception>
    internal static async ValueTask<JsonElement> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // A form or a text, which another site's page could send without asking, is not JSON.
        if (!request.HasJsonContentType())
            throw new ApiRefusal(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON (Content-Type: application/json).");
        var bytes = await ReadBytesAsync(request, MaxJsonBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            var value = JsonSerializer.Deserialize<JsonElement>(bytes);
            return value.ValueKind is JsonValueKind.Object ? value : throw ApiRefusal.Unreadable("The body must be a JSON object.");
        }
        catch (JsonException)
        {
            throw ApiRefusal.Unreadable("The body is not JSON.");
        }
    }

    /// <summary>The JSON object of a body, to be changed.</summary>
    internal static async ValueTask<JsonObject> ReadNodeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var value = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            var node = JsonObject.Create(value)!;
            _ = node.ToJsonString(); // half a surrogate pair or a repeated name shows only when it is read
            return node;
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            throw ApiRefusal.Unreadable("The body repeats a name or holds a text that is no Unicode.");
        }
    }

    /// <summary>The body.</summary>
    /// <exception cref="ApiRefusal">It is too large.</exception>
    internal static async ValueTask<byte[]> ReadBytesAsync(HttpRequest request, int max, CancellationToken cancellationToken)
    {
        if (request.ContentLength > max) throw TooLarge(max);
        using var bytes = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[1 << 14];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (bytes.Length + read > max) throw TooLarge(max);
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    /// <summary>An answer in the emulator's JSON.</summary>
    internal static IResult Json(object value, int status = StatusCodes.Status200OK) =>
        Results.Json(value, EmulatorJson.Options, statusCode: status);

    private static ApiRefusal TooLarge(int max) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body has more than {max} bytes.");
}

/// <summary>A request of the emulator's own API is refused.</summary>
internal sealed class ApiRefusal(int status, string message) : Exception(message)
{
    internal int Status => status;

    internal static ApiRefusal Unreadable(string message) => new(StatusCodes.Status400BadRequest, message);

    internal static ApiRefusal Unknown(string what) => new(StatusCodes.Status404NotFound, $"There is no such {what}.");
}

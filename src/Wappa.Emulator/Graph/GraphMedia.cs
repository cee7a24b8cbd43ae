using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Wappa.Graph;

namespace Wappa.Emulator;

/// <summary>Files of the Graph API.</summary>
internal sealed class GraphMedia(LocalWhatsApp local)
{
    internal GraphReply Upload(GraphCall call)
    {
        var form = MultipartForm.Read(call.Header("Content-Type"), call.Body)
            ?? throw GraphErrors.Invalid("The body must be multipart/form-data.");
        if (form.Find(part => part.Name is "messaging_product")?.Text is not "whatsapp") throw GraphErrors.NoProduct();
        var file = form.Find(part => part.Name is "file") ?? throw GraphErrors.Invalid("The parameter file is required.");
        var type = file.ContentType ?? form.Find(part => part.Name is "type")?.Text;
        ThrowIfRefused(type, file.Bytes.Length);
        var stored = local.Media.Add(type!, file.FileName, file.Bytes);
        return GraphReply.Of(new JsonObject { ["id"] = stored.Id });
    }

    /// <summary><c>GET</c> and <c>DELETE /{media}</c>.</summary>
    internal GraphReply Answer(GraphCall call, string id)
    {
        if (local.Media.Find(id) is not { } file) throw GraphErrors.NoSuchObject(call.Method, id);
        if (call.Method is "DELETE")
        {
            local.Media.Remove(id);
            return GraphReply.Success;
        }

        if (call.Method is not "GET") throw GraphErrors.NoSuchObject(call.Method, id);
        return GraphReply.Of(new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["url"] = local.Media.Address(call.Url, id).ToString(),
            ["mime_type"] = file.MimeType,
            ["sha256"] = file.Sha256Hex,
            ["file_size"] = file.Bytes.Length,
            ["id"] = id,
        });
    }

    internal GraphReply Download(GraphCall call)
    {
        if (local.Settings.MediaUserAgent && string.IsNullOrEmpty(call.Header("User-Agent")))
            return GraphReply.Gateway(500);
        return local.Media.Open(call.Query("mid"), call.Query("ext"), call.Query("hash")) is { } file
            ? new(200, file.MimeType, file.Bytes)
            : new(404, "text/plain", Encoding.UTF8.GetBytes("Not found"));
    }

    // The limits are the ones the client checks before it uploads.
    private static void ThrowIfRefused(string? type, int length)
    {
        try
        {
            var max = MediaRules.MaxBytesOf("file", type);
            if (length > max) throw GraphErrors.Invalid($"The file has {length} bytes; at most {max} are allowed for its type.");
        }
        catch (InvalidMessageException)
        {
            throw GraphErrors.Invalid($"Param file must be a file with one of the supported types. Received: {type}.");
        }
    }
}

/// <summary>A part of a form.</summary>
internal sealed record FormPart(string? Name, string? FileName, string? ContentType, byte[] Bytes)
{
    internal string Text => Encoding.UTF8.GetString(Bytes);
}

/// <summary>Reads <c>multipart/form-data</c> that is in memory as a whole.</summary>
internal static class MultipartForm
{
    /// <returns>Null: it is none.</returns>
    internal static List<FormPart>? Read(string? contentType, byte[] body)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.MediaType is not "multipart/form-data") return null;
        var boundary = type.Parameters.FirstOrDefault(parameter => parameter.Name is "boundary")?.Value?.Trim('"');
        if (string.IsNullOrEmpty(boundary)) return null;
        var mark = Encoding.ASCII.GetBytes("--" + boundary);
        var parts = new List<FormPart>();
        var rest = body.AsSpan();
        while (rest.IndexOf(mark) is >= 0 and var start)
        {
            rest = rest[(start + mark.Length)..];
            if (rest.StartsWith("--"u8)) break;
            var end = rest.IndexOf(mark);
            if (end < 0) return null;
            if (Part(rest[..end]) is { } part) parts.Add(part);
        }

        return parts;
    }

    private static FormPart? Part(ReadOnlySpan<byte> bytes)
    {
        var head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0) return null;
        var content = bytes[(head + 4)..];
        if (content.EndsWith("\r\n"u8)) content = content[..^2];
        string? name = null, file = null, type = null;
        foreach (var line in Encoding.UTF8.GetString(bytes[..head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(':', 2) is not [var header, var value]) continue;
            if (header.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) type = value.Trim();
            if (!header.Equals("Content-Disposition", StringComparison.OrdinalIgnoreCase)) continue;
            if (!ContentDispositionHeaderValue.TryParse(value.Trim(), out var disposition)) continue;
            name = disposition.Name?.Trim('"');
            file = disposition.FileNameStar ?? disposition.FileName?.Trim('"');
        }

        return new(name, file, type, content.ToArray());
    }
}

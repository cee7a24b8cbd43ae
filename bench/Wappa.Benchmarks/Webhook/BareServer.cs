using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Benchmarks.Webhook;

/// <summary>What one would write by hand: check the signature, parse the body, count the messages. No limits, no bad
/// input, no repetitions, no users, no handler.</summary>
internal static class BareServer
{
    private const string Prefix = "sha256=";
    private static readonly byte[] Key = Encoding.UTF8.GetBytes(WebhookRequests.Secret);

    public static void Map(WebApplication app, MessageCount count) =>
        app.MapPost(WebhookRequests.Path, async (HttpContext context) =>
        {
            var reader = context.Request.BodyReader;
            var body = (await ReadAllAsync(reader)).Buffer;
            try
            {
                if (Parse(body, context.Request.Headers["X-Hub-Signature-256"].ToString()) is not { } messages)
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return;
                }

                count.Add(messages);
            }
            finally
            {
                reader.AdvanceTo(body.End);
            }
        });

    private static async ValueTask<ReadResult> ReadAllAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted) return read;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static int? Parse(in ReadOnlySequence<byte> body, string signature)
    {
        if (body.IsSingleSegment) return Parse(body.FirstSpan, signature);
        var copy = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(copy);
            return Parse(copy.AsSpan(0, (int)body.Length), signature);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static int? Parse(ReadOnlySpan<byte> body, string signature)
    {
        if (!IsSigned(body, signature)) return null;
        var envelope = JsonSerializer.Deserialize(body, EnvelopeJson.Default.Envelope)!;
        return envelope.Entry.Sum(entry => entry.Changes.Sum(change => change.Value.Messages.Length));
    }

    private static bool IsSigned(ReadOnlySpan<byte> body, string signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!signature.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var decoded = Convert.FromHexString(signature.AsSpan(Prefix.Length), given, out _, out var length);
        if (decoded != OperationStatus.Done) return false;
        HMACSHA256.HashData(Key, body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, given[..length]);
    }
}

/// <summary>The webhook, as far as its text messages need it.</summary>
internal sealed record Envelope(string Object, Entry[] Entry);

internal sealed record Entry(string Id, Change[] Changes);

internal sealed record Change(string Field, ChangeValue Value);

internal sealed record ChangeValue(
    string MessagingProduct, Metadata Metadata, Contact[] Contacts, TextMessage[] Messages);

internal sealed record Metadata(string DisplayPhoneNumber, string PhoneNumberId);

internal sealed record Contact(Profile Profile, string WaId);

internal sealed record Profile(string Name);

internal sealed record TextMessage(string From, string Id, string Timestamp, string Type, TextBody Text);

internal sealed record TextBody(string Body);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Envelope))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;

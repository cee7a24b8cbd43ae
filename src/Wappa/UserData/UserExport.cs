using System.Text.Encodings.Web;
using System.Text.Json;
using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.UserData;

/// <summary>Writes what the store holds of a user as one JSON object.</summary>
internal sealed class UserExport(PipelineServices services, DeadLetters letters, LaneKey user, Stream output) : IAsyncDisposable
{
    private const int FlushAt = 64 * 1024;

    private readonly Utf8JsonWriter _json = new(
        output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public ValueTask DisposeAsync() => _json.DisposeAsync();

    internal async ValueTask WriteAsync(IReadOnlyList<string> aliases, CancellationToken cancellationToken)
    {
        _json.WriteStartObject();
        _json.WriteString("tenant", user.Tenant);
        _json.WriteString("user", user.User);
        _json.WriteString("exported_at", services.Time.GetUtcNow());
        _json.WriteStartArray("aliases");
        foreach (var alias in aliases) _json.WriteStringValue(alias);
        _json.WriteEndArray();
        await WriteRecordsAsync(cancellationToken).ConfigureAwait(false);
        await WriteInboxAsync(cancellationToken).ConfigureAwait(false);
        await WriteDeadLettersAsync(cancellationToken).ConfigureAwait(false);
        _json.WriteEndObject();
        await _json.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WriteRecordsAsync(CancellationToken cancellationToken)
    {
        var pipeline = new List<(string Name, CacheDocument Document)>(); // the mailbox and some of what was handled: small
        _json.WriteStartArray("records");
        var records = services.Store.ListAsync(RecordSet.OfUser(user.Tenant, user.User), cancellationToken);
        await foreach (var (key, record) in records.ConfigureAwait(false))
        {
            if (!record.IsHit) continue;
            if (key.Kind == RecordKind.User && CacheName.IsReserved(key.Name))
            {
                pipeline.Add((key.Name, record.Document));
                continue;
            }

            _json.WriteStartObject();
            _json.WriteString("kind", key.Kind == RecordKind.State ? "state" : "user");
            _json.WriteString("name", key.Name);
            if (record.Ttl.Remaining is { } left) _json.WriteNumber("expires_in_seconds", Math.Ceiling(left.TotalSeconds));
            WriteDocument("value", record.Document);
            _json.WriteEndObject();
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        _json.WriteEndArray();
        _json.WriteStartObject("pipeline");
        foreach (var (name, document) in pipeline) WriteDocument(name, document);
        _json.WriteEndObject();
    }

    private async ValueTask WriteInboxAsync(CancellationToken cancellationToken)
    {
        _json.WriteStartArray("inbox");
        await foreach (var (_, record) in services.Store.ListAsync(services.BatchesOf(user), cancellationToken).ConfigureAwait(false))
        {
            if (!record.IsHit) continue;
            foreach (var item in BatchLog.ItemsOf(record.Document))
            {
                if (item.User?.Id == user.User && item.Tenant == user.Tenant) WriteItem(item.Kind, item.Content);
            }

            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        _json.WriteEndArray();
    }

    private async ValueTask WriteDeadLettersAsync(CancellationToken cancellationToken)
    {
        _json.WriteStartArray("dead_letters");
        await foreach (var letter in letters.ListAsync(user.Tenant, cancellationToken).ConfigureAwait(false))
        {
            if (letter.UserId == user.User) WriteItem(letter.Kind, letter.RawJson);
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        _json.WriteEndArray();
    }

    private void WriteItem(string kind, ReadOnlyMemory<byte> content)
    {
        _json.WriteStartObject();
        _json.WriteString("kind", kind);
        if (IsText(content.Span))
        {
            _json.WritePropertyName("json");
            _json.WriteRawValue(content.Span);
        }
        else
        {
            _json.WriteBase64String("base64", content.Span);
        }

        _json.WriteEndObject();
    }

    // WhatsApp has been seen to send bytes that are no UTF-8; the export must stay readable as a whole.
    private static bool IsText(ReadOnlySpan<byte> content)
    {
        if (!System.Text.Unicode.Utf8.IsValid(content)) return false;
        try
        {
            JsonElement.Parse(content);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void WriteDocument(string name, CacheDocument document)
    {
        _json.WritePropertyName(name);
        _json.WriteRawValue(document.Utf8Json, skipInputValidation: true);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_json.BytesPending >= FlushAt) await _json.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}

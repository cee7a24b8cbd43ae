using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wappa.Caching;
using Wappa.Outbox;
using Wappa.Timers;

namespace Wappa.Inbox;

/// <summary>The mailbox as a record:
/// <c>{"seen":"…","segments":[0,2],"tries":{"…":2},"inbound":1789000000,"out":[{"id":"…","from":"…","to":"…","state":"ready",
/// "tries":1,"due":1789000000000,"body":{…}}]}</c> and the timers, see <see cref="TimerFormat"/>. What is empty is left out.</summary>
internal static class MailboxFormat
{
    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Takes the place of the mailbox of a user who was erased.</summary>
    internal static CacheDocument Erased { get; } = CacheDocument.Parse("""{"erased":true}"""u8);

    // Lanes write on whatever thread they are, and never await while they do.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    internal static CacheDocument Write(Mailbox mailbox)
    {
        var buffer = _buffer ??= new(4096);
        buffer.ResetWrittenCount();
        var json = _writer ??= new(buffer, JsonOptions);
        json.Reset(buffer);
        json.WriteStartObject();
        if (mailbox.Seen.Newest > 0) json.WriteString("seen"u8, mailbox.Seen.ToText());
        if (mailbox.NextSegment > 0)
        {
            json.WriteStartArray("segments"u8);
            json.WriteNumberValue(mailbox.FirstSegment);
            json.WriteNumberValue(mailbox.NextSegment);
            json.WriteEndArray();
        }

        if (mailbox.LastInbound is { } inbound) json.WriteNumber("inbound"u8, inbound.ToUnixTimeSeconds());
        if (mailbox.Tries is { Count: > 0 } tries) WriteTries(json, tries);
        TimerFormat.Write(json, mailbox.Timers);
        WriteEntries(json, mailbox);
        json.WriteEndObject();
        json.Flush();
        var document = CacheDocument.Parse(buffer.WrittenSpan);
        if (buffer.Capacity > 1 << 17) _buffer = null; // one large mailbox need not stay for ever
        return document;
    }

    internal static CacheDocument WriteSegment(SeenItems seen) =>
        CacheDocument.Empty.SetField("seen", Encoding.UTF8.GetBytes($"\"{Encoding.ASCII.GetString(seen.ToText())}\""));

    /// <summary>Reads a record into a mailbox.</summary>
    /// <returns>The entries of the outbox it holds.</returns>
    /// <exception cref="CacheStoreCorruptException">Something else has changed it.</exception>
    internal static List<OutboxEntry> Read(CacheDocument? document, Mailbox mailbox)
    {
        mailbox.Seen = new();
        mailbox.Timers = [];
        mailbox.IsErased = document is not null && document.TryGetField("erased", out _);
        (mailbox.FirstSegment, mailbox.NextSegment) = (0, 0);
        Dictionary<ulong, int>? tries = null;
        var entries = new List<OutboxEntry>();
        try
        {
            if (document is not null) Read(document, mailbox, entries, ref tries);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw Corrupt(error);
        }

        mailbox.SetTries(tries);
        return entries;
    }

    /// <summary>Reads a segment into what was seen.</summary>
    internal static void ReadSegment(CacheDocument? document, SeenItems seen)
    {
        if (document is null) seen.TryReadSegment([]);
        else if (!document.TryGetField("seen", out var json) || json is not [(byte)'"', .. var text, (byte)'"'] ||
            !seen.TryReadSegment(text)) throw Corrupt(null);
    }

    private static void WriteTries(Utf8JsonWriter json, IReadOnlyDictionary<ulong, int> tries)
    {
        json.WriteStartObject("tries"u8);
        foreach (var (item, count) in tries) json.WriteNumber($"{item:x16}", count);
        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, Mailbox mailbox)
    {
        var any = false;
        foreach (var entry in mailbox.Entries)
        {
            if (!mailbox.IsStored(entry)) continue;
            if (!any) json.WriteStartArray("out"u8);
            any = true;
            json.WriteStartObject();
            json.WriteString("id"u8, entry.Id);
            json.WriteString("from"u8, entry.PhoneNumberId);
            json.WriteString("to"u8, entry.Recipient);
            json.WriteString("state"u8, NameOf(entry.State));
            if (entry is { State: OutboxState.Sending, ClaimedBy: { } claimant }) json.WriteString("by"u8, claimant);
            if (entry.Attempts > 0) json.WriteNumber("tries"u8, entry.Attempts);
            if (entry.Due != default) json.WriteNumber("due"u8, entry.Due.ToUnixTimeMilliseconds());
            json.WritePropertyName("body"u8);
            json.WriteRawValue(entry.Body, skipInputValidation: true);
            json.WriteEndObject();
        }

        if (any) json.WriteEndArray();
    }

    private static void Read(
        CacheDocument document, Mailbox mailbox, List<OutboxEntry> entries, ref Dictionary<ulong, int>? tries)
    {
        var reader = new Utf8JsonReader(document.Utf8Json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("seen"u8))
            {
                if (reader.ValueIsEscaped || !mailbox.Seen.TryReadNewest(reader.ValueSpan)) throw Corrupt(null);
            }
            else if (name.SequenceEqual("segments"u8))
            {
                var range = JsonElement.ParseValue(ref reader);
                (mailbox.FirstSegment, mailbox.NextSegment) = (range[0].GetInt32(), range[1].GetInt32());
            }
            else if (name.SequenceEqual("inbound"u8)) mailbox.LastInbound = DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64());
            else if (name.SequenceEqual("tries"u8)) tries = ReadTries(JsonElement.ParseValue(ref reader));
            else if (name.SequenceEqual("timers"u8)) mailbox.Timers = TimerFormat.Read(JsonElement.ParseValue(ref reader));
            else if (name.SequenceEqual("out"u8)) ReadEntries(JsonElement.ParseValue(ref reader), entries);
            else reader.Skip();
        }
    }

    private static Dictionary<ulong, int> ReadTries(JsonElement tries) => tries.EnumerateObject().ToDictionary(
        static item => ulong.Parse(item.Name, System.Globalization.NumberStyles.AllowHexSpecifier, null),
        static item => item.Value.GetInt32());

    private static void ReadEntries(JsonElement list, List<OutboxEntry> entries)
    {
        foreach (var item in list.EnumerateArray())
        {
            entries.Add(new()
            {
                Id = Text(item, "id"u8),
                PhoneNumberId = Text(item, "from"u8),
                Recipient = Text(item, "to"u8),
                Body = JsonMarshal.GetRawUtf8Value(item.GetProperty("body"u8)).ToArray(),
                State = Text(item, "state"u8) switch
                {
                    "ready" => OutboxState.Ready,
                    "sending" => OutboxState.Sending,
                    _ => OutboxState.Held, // a state of a later version: nobody knows here what it has sent
                },
                ClaimedBy = item.TryGetProperty("by"u8, out var claimant) ? claimant.GetString() : null,
                Attempts = item.TryGetProperty("tries"u8, out var tries) ? tries.GetInt32() : 0,
                Due = item.TryGetProperty("due"u8, out var due)
                    ? DateTimeOffset.FromUnixTimeMilliseconds(due.GetInt64())
                    : default,
            });
        }
    }

    private static string Text(JsonElement item, ReadOnlySpan<byte> name) =>
        item.TryGetProperty(name, out var value) ? value.GetString() ?? throw Corrupt(null) : throw Corrupt(null);

    private static ReadOnlySpan<byte> NameOf(OutboxState state) => state switch
    {
        OutboxState.Ready => "ready"u8,
        OutboxState.Sending => "sending"u8,
        _ => "held"u8,
    };

    private static CacheStoreCorruptException Corrupt(Exception? cause) => new(
        "A user's mailbox cannot be read: something else has changed the record. Mend it, or delete it if a message may be " +
        "handled twice.", cause);
}

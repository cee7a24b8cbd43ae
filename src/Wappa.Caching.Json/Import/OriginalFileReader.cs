using System.Buffers;
using System.Text.Json;
using Wappa.Caching.Documents;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Import;

/// <summary>Reads one file of the original: <c>_metadata</c> with one expiry for all, and <c>data</c> with a record
/// under each key.</summary>
/// <param name="kind">Which folder it stands in.</param>
/// <param name="name">Its name there.</param>
/// <param name="now">Unix milliseconds; what expires then or before is left out.</param>
/// <param name="zone">Where it was written: the original wrote the wall clock's time, without an offset.</param>
internal sealed class OriginalFileReader(OriginalKind kind, string name, long now, TimeZoneInfo zone)
{
    private readonly Dictionary<RecordKey, OriginalRecord> _records = [];
    private readonly List<string> _problems = [];
    private int _met;

    /// <summary>Never throws: what cannot be read is a problem of the file.</summary>
    internal OriginalFile Read(ReadOnlySpan<byte> content)
    {
        var expiresAt = 0L;
        var problem = EditedRecordFile.ProblemOfBytes(content);
        try
        {
            if (problem.Length == 0) expiresAt = ReadMembers(content);
        }
        catch (JsonException error)
        {
            problem = EditedRecordFile.Describe(error, content);
        }
        catch (InvalidOperationException)
        {
            problem = "It has a member whose name is no text."; // an escaped half of a surrogate pair
        }

        if (problem.Length > 0) return Result([], 0, problem);
        if (expiresAt != 0 && expiresAt <= now) return Result([], _records.Count, string.Join(' ', _problems));
        var records = _records.Values.Select(record => record with { ExpiresAt = expiresAt }).ToArray();
        return Result(records, 0, string.Join(' ', _problems));
    }

    private OriginalFile Result(IReadOnlyList<OriginalRecord> records, int expired, string problem) =>
        new($"{OriginalKey.DirectoryOf(kind)}/{name}", records, expired, problem);

    private long ReadMembers(ReadOnlySpan<byte> content)
    {
        var expiresAt = 0L;
        var hasData = false;
        var reader = new Utf8JsonReader(content, new() { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isData = reader.ValueTextEquals("data"u8);
            var isMetadata = reader.ValueTextEquals("_metadata"u8);
            reader.Read();
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            hasData |= isData && isObject;
            if (isData && isObject) ReadRecords(ref reader);
            else if (isMetadata && isObject) expiresAt = ReadExpiry(ref reader);
            else reader.Skip();
        }

        reader.Read(); // nothing may follow
        if (!hasData) _problems.Add("It has no \"data\".");
        return expiresAt;
    }

    private void ReadRecords(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _met++;
            var text = TextOf(ref reader);
            reader.Read();
            var document = ReadDocument(ref reader);
            if (document is null) continue;
            try
            {
                if (text is null || !OriginalKey.TryRead(kind, name, text, out var key))
                    Note("has a key of no known form");
                else if (!_records.TryAdd(key, new(key, document, 0))) Note("has the same key here as one before it");
            }
            catch (ArgumentException error)
            {
                Note($"has a key that is not valid here: {error.Message.Split(" (Parameter")[0].TrimEnd('.')}");
            }
        }
    }

    private CacheDocument? ReadDocument(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Note("is not an object");
            reader.Skip();
            return null;
        }

        var output = new ArrayBufferWriter<byte>();
        JsonText.CopyValue(ref reader, output);
        try
        {
            return CacheDocument.Trusted(JsonText.CompactObject(output.WrittenSpan));
        }
        catch (JsonException)
        {
            Note($"has more than {JsonText.MaxDepth} levels, or a field whose name is no text");
            return null;
        }
    }

    private long ReadExpiry(ref Utf8JsonReader reader)
    {
        var expiresAt = 0L;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isExpiry = reader.ValueTextEquals("expires_at"u8);
            reader.Read();
            if (isExpiry && !TryReadInstant(ref reader, out expiresAt))
                _problems.Add("Its \"expires_at\" is no date: its records do not expire.");
            reader.Skip();
        }

        return expiresAt;
    }

    // Python's isoformat, or seconds since 1970 as time.time() gives them. Null, empty and 0 mean "never" there.
    private bool TryReadInstant(ref Utf8JsonReader reader, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
            case JsonTokenType.String when reader.ValueSpan.IsEmpty:
                return true;
            case JsonTokenType.Number when reader.TryGetDouble(out var seconds):
                unixMilliseconds = (long)Math.Clamp(seconds * 1000, IsoInstant.First, IsoInstant.Last);
                if (unixMilliseconds == 0 && seconds != 0) unixMilliseconds = 1;
                return true;
            case JsonTokenType.String when reader.TryGetDateTime(out var time):
                unixMilliseconds = IsoInstant.Of(ToUtc(time));
                if (unixMilliseconds == 0) unixMilliseconds = 1; // long past, not "never"
                return true;
            default:
                return false;
        }
    }

    // A time that the clock skipped or showed twice is off by an hour at most. The calendar's ends are not passed.
    private DateTime ToUtc(DateTime time) => time.Kind switch
    {
        DateTimeKind.Utc => time,
        DateTimeKind.Local => time.ToUniversalTime(),
        _ => new(Math.Clamp(time.Ticks - zone.GetUtcOffset(time).Ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc),
    };

    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped half of a surrogate pair
        }
    }

    private void Note(string problem) => _problems.Add($"Record {_met} {problem}.");
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>A record as it is told. Its content is a text, so that numbers come through to the last digit.</summary>
internal sealed record RecordView(
    RecordKind Kind, string Owner, string Name, bool Reserved, string Json, string Revision, int Bytes, DateTimeOffset? ExpiresAt,
    WriterView? Writer, IReadOnlyDictionary<string, WriterView> Blame);

/// <summary>Who wrote, and when.</summary>
internal sealed record WriterView(string By, string? Turn, int Attempt, DateTimeOffset At);

/// <summary>A field that became another; null: it was not there, or is no more.</summary>
internal sealed record FieldView(string Name, string? Before, string? After);

/// <summary>A change as it is told; what it did is <c>created</c>, <c>changed</c>, <c>deleted</c>, or <c>expiry</c> if only that
/// differs.</summary>
internal sealed record ChangeView(
    long Seq, DateTimeOffset At, string By, string? Turn, int Attempt, RecordKind Kind, string Owner, string Name, string What,
    IReadOnlyList<FieldView> Fields, DateTimeOffset? ExpiresBefore, DateTimeOffset? ExpiresAfter);

/// <summary>A turn one can go back to.</summary>
internal sealed record TurnPlace(string Id, DateTimeOffset At, string Kind, int Attempt, int Changes);

/// <summary>Makes views.</summary>
internal static class MemoryViews
{
    private const int MostChangesForBlame = 200;

    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is shown as text, and goes out inside another JSON
        SkipValidation = true,
    };

    internal static RecordView Record(in RecordKey key, in RecordVersion version, IReadOnlyList<MemoryChange> changes)
    {
        var document = version.Document!;
        return new(
            key.Kind, key.Owner, key.Name, WatchedDocumentStore.IsReserved(key), Pretty(document), Text(version.Revision),
            document.ByteCount, version.ExpiresAt, changes.Count > 0 ? Writer(changes[^1]) : null, Blame(document, changes));
    }

    internal static ChangeView Change(MemoryChange change) => new(
        change.Seq, change.At, change.Writer.By, change.Writer.Turn, change.Writer.Attempt, change.Key.Kind, change.Key.Owner,
        change.Key.Name, WhatOf(change), Differences(change.Before.Document, change.After.Document), change.Before.ExpiresAt,
        change.After.ExpiresAt);

    private static string WhatOf(MemoryChange change) => (change.Before.Document, change.After.Document) switch
    {
        (null, _) => "created",
        (_, null) => "deleted",
        var (before, after) => before.Equals(after) ? "expiry" : "changed",
    };

    private static IReadOnlyList<FieldView> Differences(CacheDocument? before, CacheDocument? after)
    {
        var names = (before?.FieldNames ?? []).Concat(after?.FieldNames ?? []).Distinct();
        return [.. names.Select(name => new FieldView(name, Field(before, name), Field(after, name)))
            .Where(static field => field.Before != field.After)];
    }

    // Each field of the record is due to the latest change that gave it its value.
    private static Dictionary<string, WriterView> Blame(CacheDocument document, IReadOnlyList<MemoryChange> changes)
    {
        var blame = new Dictionary<string, WriterView>();
        var open = document.FieldNames.ToHashSet();
        for (var i = changes.Count - 1; i >= Math.Max(0, changes.Count - MostChangesForBlame) && open.Count > 0; i--)
        {
            var change = changes[i];
            foreach (var name in open.Where(name => Field(change.Before.Document, name) != Field(change.After.Document, name)).ToArray())
            {
                blame[name] = Writer(change);
                open.Remove(name);
            }
        }

        return blame;
    }

    private static WriterView Writer(MemoryChange change) =>
        new(change.Writer.By, change.Writer.Turn, change.Writer.Attempt, change.At);

    private static string? Field(CacheDocument? document, string name) =>
        document is not null && document.TryGetField(name, out var json) ? Encoding.UTF8.GetString(json) : null;

    private static string Text(long revision) => revision.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // Numbers and strings are taken over as they are written.
    private static string Pretty(CacheDocument document)
    {
        using var bytes = new MemoryStream(document.ByteCount * 2);
        using (var writer = new Utf8JsonWriter(bytes, Indented)) JsonElement.Parse(document.Utf8Json).WriteTo(writer);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}

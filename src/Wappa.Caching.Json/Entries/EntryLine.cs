using System.Buffers.Text;
using System.Collections.Immutable;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Json.Entries;

/// <summary>
/// The line of one change of entries. What is stored:
/// <c>{"k":"chat:v1:123","t":["chat"],"s":1763721600000,"l":60000,"e":1763721660000,"v":"text"}</c>, what is done to it later:
/// <c>{"renew":"chat:v1:123","l":90000,"e":1763721690000}</c>, <c>{"remove":"chat:v1:123"}</c>, <c>{"removeTag":"chat"}</c>,
/// <c>{"removePrefix":"chat:"}</c>.
/// </summary>
/// <remarks><c>t</c> tags; <c>s</c> when it was stored; <c>l</c> time to live; <c>e</c> when that ends; <c>sl</c> sliding time to
/// live; <c>u</c> when that ends unless it is read before; <c>f</c> how long it is fresh. Instants are Unix milliseconds, spans
/// milliseconds, exact to 100 ns. What an entry does not have is left out.</remarks>
internal static class EntryLine
{
    /// <summary>Appends the line of an entry that is stored.</summary>
    internal static void Set(FileBuffer output, MemoryEntry entry, DiskClock clock)
    {
        var content = entry.Look(out var life);
        output.Append("{\"k\":"u8);
        EntryText.Write(output, entry.Key);
        if (content.Tags.Length > 0)
        {
            output.Append(",\"t\":"u8);
            for (var i = 0; i < content.Tags.Length; i++)
            {
                output.Append(i == 0 ? "["u8 : ","u8);
                EntryText.Write(output, content.Tags[i]);
            }

            output.Append("]"u8);
        }

        Number(output, ",\"s\":"u8, Math.Max(0, content.StoredAt.ToUnixTimeMilliseconds()));
        Life(output, content, life, clock);
        Span(output, ",\"f\":"u8, content.FreshFor);
        EntryText.WriteValue(output, content.Value.Span);
        output.Append("}\n"u8);
    }

    /// <summary>Appends the line of an entry that has a new life.</summary>
    internal static void Renew(FileBuffer output, MemoryEntry entry, DiskClock clock)
    {
        var content = entry.Look(out var life);
        output.Append("{\"renew\":"u8);
        EntryText.Write(output, entry.Key);
        Life(output, content, life, clock);
        output.Append("}\n"u8);
    }

    /// <summary>Appends the line of a removal.</summary>
    internal static void Remove(FileBuffer output, EntryAct act, string text)
    {
        output.Append(act switch
        {
            EntryAct.RemoveTag => "{\"removeTag\":"u8,
            EntryAct.RemovePrefix => "{\"removePrefix\":"u8,
            _ => "{\"remove\":"u8,
        });
        EntryText.Write(output, text);
        output.Append("}\n"u8);
    }

    /// <summary>Reads the first of some lines.</summary>
    /// <param name="lines">Lines of a valid batch; the line read is taken off.</param>
    /// <param name="change">What it says.</param>
    /// <returns>False: this is no such line.</returns>
    internal static bool TryRead(ref ReadOnlySpan<byte> lines, out EntryChange change)
    {
        change = default;
        var end = lines.IndexOf((byte)'\n');
        if (end < 0) return false;
        var line = lines[..end];
        lines = lines[(end + 1)..];
        if (Take(ref line, "{\"k\":"u8)) return TryReadSet(line, out change);
        if (Take(ref line, "{\"renew\":"u8)) return TryReadRenewal(line, out change);
        EntryAct act;
        if (Take(ref line, "{\"remove\":"u8)) act = EntryAct.Remove;
        else if (Take(ref line, "{\"removeTag\":"u8)) act = EntryAct.RemoveTag;
        else if (Take(ref line, "{\"removePrefix\":"u8)) act = EntryAct.RemovePrefix;
        else return false;
        if (!EntryText.TryRead(ref line, out var text)) return false;
        change = new(act, text);
        return line.SequenceEqual("}"u8);
    }

    private static bool TryReadSet(ReadOnlySpan<byte> line, out EntryChange change)
    {
        change = default;
        if (!EntryText.TryRead(ref line, out var key) || !TryReadTags(ref line, out var tags)) return false;
        if (!TryNumber(ref line, ",\"s\":"u8, out var stored) ||
            !TryLife(ref line, out var ttl, out var sliding, out var limit, out var deadline) ||
            !TrySpan(ref line, ",\"f\":"u8, out var fresh) || EntryText.ReadValue(line) is not { } value)
        {
            return false;
        }

        var content = new CacheEntry(value)
        {
            Tags = tags, Ttl = ttl, SlidingTtl = sliding, FreshFor = fresh, StoredAt = DateTimeOffset.FromUnixTimeMilliseconds(stored),
        };
        change = new(EntryAct.Set, key, content, default, limit, deadline);
        return true;
    }

    private static bool TryReadRenewal(ReadOnlySpan<byte> line, out EntryChange change)
    {
        change = default;
        if (!EntryText.TryRead(ref line, out var key) || !TryLife(ref line, out var ttl, out _, out var limit, out var deadline) ||
            ttl is not { } renewed || !line.SequenceEqual("}"u8))
        {
            return false;
        }

        change = new(EntryAct.Renew, key, null, renewed, limit, deadline);
        return true;
    }

    private static bool TryReadTags(ref ReadOnlySpan<byte> line, out ImmutableArray<string> tags)
    {
        tags = [];
        if (!Take(ref line, ",\"t\":["u8)) return true;
        var list = ImmutableArray.CreateBuilder<string>();
        do
        {
            if (!EntryText.TryRead(ref line, out var tag)) return false;
            list.Add(tag);
        }
        while (Take(ref line, ","u8));
        tags = list.DrainToImmutable();
        return Take(ref line, "]"u8);
    }

    private static void Life(FileBuffer output, CacheEntry content, in EntryLife life, DiskClock clock)
    {
        Span(output, ",\"l\":"u8, content.Ttl);
        if (life.Limit != StoreClock.Never) Number(output, ",\"e\":"u8, clock.ToDisk(life.Limit));
        Span(output, ",\"sl\":"u8, content.SlidingTtl);
        if (life.Deadline < life.Limit) Number(output, ",\"u\":"u8, clock.ToDisk(life.Deadline));
    }

    private static bool TryLife(
        ref ReadOnlySpan<byte> line, out TimeSpan? ttl, out TimeSpan? sliding, out long limit, out long deadline)
    {
        (sliding, limit, deadline) = (null, 0, 0);
        if (!TrySpan(ref line, ",\"l\":"u8, out ttl)) return false;
        if (line.StartsWith(",\"e\":"u8) && !TryNumber(ref line, ",\"e\":"u8, out limit)) return false;
        if (!TrySpan(ref line, ",\"sl\":"u8, out sliding)) return false;
        deadline = limit;
        return !line.StartsWith(",\"u\":"u8) || TryNumber(ref line, ",\"u\":"u8, out deadline);
    }

    private static void Number(FileBuffer output, ReadOnlySpan<byte> before, long number)
    {
        output.Append(before);
        Utf8Formatter.TryFormat(number, output.Free(20), out var length);
        output.Advance(length);
    }

    // The decimals are ticks: caches compare spans that have passed through here with ones that have not.
    private static void Span(FileBuffer output, ReadOnlySpan<byte> before, TimeSpan? span)
    {
        if (span is not { } some) return;
        Number(output, before, some.Ticks / TimeSpan.TicksPerMillisecond);
        if (some.Ticks % TimeSpan.TicksPerMillisecond is var over && over == 0) return;
        output.Append("."u8);
        Utf8Formatter.TryFormat(over, output.Free(20), out var length, new System.Buffers.StandardFormat('D', 4));
        output.Advance(length);
    }

    private static bool Take(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> expected)
    {
        if (!line.StartsWith(expected)) return false;
        line = line[expected.Length..];
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> before, out long number)
    {
        var scanner = new JournalText.Scanner(line);
        var valid = scanner.Number(before, out number);
        line = scanner.Rest;
        return valid && number <= DiskClock.LastMillisecond;
    }

    // Absent is valid, and null.
    private static bool TrySpan(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> before, out TimeSpan? span)
    {
        span = null;
        if (!line.StartsWith(before)) return true;
        var scanner = new JournalText.Scanner(line);
        if (!scanner.Number(before, out var whole) || whole > TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond) return false;
        var ticks = whole * TimeSpan.TicksPerMillisecond;
        line = scanner.Rest;
        if (Take(ref line, "."u8))
        {
            if (line.Length < 4 || !Utf8Parser.TryParse(line[..4], out int over, out var length) || length != 4) return false;
            ticks += over;
            line = line[4..];
        }

        span = new TimeSpan(ticks);
        return ticks > 0;
    }
}

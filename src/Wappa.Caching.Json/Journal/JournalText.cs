using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Journal;

/// <summary>What stands before the lines of a batch.</summary>
/// <param name="Number">1 for the first batch of a folder; each batch has the next number, in whatever segment.</param>
/// <param name="Bytes">How many bytes of lines follow.</param>
/// <param name="Lines">How many lines these are.</param>
/// <param name="Applied">Batches up to this one are in the record files.</param>
/// <param name="Synced">Batches up to this one were durable when this one was written.</param>
/// <param name="Revision">No revision in this batch or an earlier one is higher.</param>
internal readonly record struct BatchHeader(long Number, int Bytes, int Lines, long Applied, long Synced, long Revision);

/// <summary>What stands at the beginning of a segment.</summary>
/// <param name="Segment">Its number, as in its name.</param>
/// <param name="After">The last batch there was when the segment was made: its first one has a higher number.</param>
/// <param name="Kept">Batches behind this one, up to <paramref name="After"/>, are void where they stand in older segments: one
/// between them was lost together with the power.</param>
/// <param name="Synced">Batches up to this one were durable when the segment was made.</param>
/// <param name="Applied">As in <see cref="BatchHeader"/>.</param>
/// <param name="Revision">As in <see cref="BatchHeader"/>.</param>
/// <param name="Size">How many bytes the segment was made with, filler included: a shorter one has lost some.</param>
internal readonly record struct SegmentHeader(
    long Segment, long After, long Kept, long Synced, long Applied, long Revision, long Size = 0);

/// <summary>The text of a journal: headers are lines of JSON like the changes themselves, and what is not used yet is filled
/// with newlines.</summary>
/// <remarks>A segment is filled when it is made: writing into bytes that exist already is durable without a change of the
/// file's size, which halves the cost of a sync. Newlines, because a person can read the file then.</remarks>
internal static class JournalText
{
    internal const byte Filler = (byte)'\n';

    /// <summary>No header is longer.</summary>
    internal const int HeaderRoom = 256;

    private static readonly byte[] BatchStart = [.. "{\"batch\":"u8];

    /// <summary>Writes a header.</summary>
    /// <param name="header">The header.</param>
    /// <param name="segment">The segment it goes to.</param>
    /// <param name="lines">The lines that follow it.</param>
    /// <param name="output">At least <see cref="HeaderRoom"/> bytes.</param>
    /// <returns>How long it is.</returns>
    internal static int Write(in BatchHeader header, long segment, ReadOnlySpan<byte> lines, Span<byte> output)
    {
        Utf8.TryWrite(output, CultureInfo.InvariantCulture,
            $$"""
            {"batch":{{header.Number}},"bytes":{{header.Bytes}},"lines":{{header.Lines}},"applied":{{header.Applied}},
            """, out var length);
        Utf8.TryWrite(output[length..], CultureInfo.InvariantCulture,
            $$"""
            "synced":{{header.Synced}},"revision":{{header.Revision}},"crc":"{{ChecksumOf(header, segment, lines):x8}}"}

            """, out var rest);
        return length + rest;
    }

    /// <inheritdoc cref="Write(in BatchHeader, long, ReadOnlySpan{byte}, Span{byte})"/>
    internal static int Write(in SegmentHeader header, Span<byte> output)
    {
        Utf8.TryWrite(output, CultureInfo.InvariantCulture,
            $$"""
            {"journal":1,"segment":{{header.Segment}},"after":{{header.After}},"kept":{{header.Kept}},
            """, out var length);
        Utf8.TryWrite(output[length..], CultureInfo.InvariantCulture,
            $$"""
            "synced":{{header.Synced}},"applied":{{header.Applied}},"revision":{{header.Revision}},"size":{{header.Size}},
            """, out var middle);
        length += middle;
        Utf8.TryWrite(output[length..], CultureInfo.InvariantCulture,
            $$"""
            "crc":"{{ChecksumOf(header):x8}}"}

            """, out var rest);
        return length + rest;
    }

    /// <summary>Reads the batch that begins here.</summary>
    /// <param name="text">From the header to the end of the segment.</param>
    /// <param name="segment">The segment it stands in.</param>
    /// <param name="checkSum">False for a deliberate fault.</param>
    /// <param name="header">Its header.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="length">How long header and lines are together.</param>
    /// <returns>False: there is no whole and valid batch here.</returns>
    internal static bool TryReadBatch(
        ReadOnlySpan<byte> text, long segment, bool checkSum, out BatchHeader header, out ReadOnlySpan<byte> lines, out int length)
    {
        var reader = new Scanner(text);
        var valid = reader.Number("{\"batch\":"u8, out var number) & reader.Number(",\"bytes\":"u8, out var bytes) &
            reader.Number(",\"lines\":"u8, out var count) & reader.Number(",\"applied\":"u8, out var applied) &
            reader.Number(",\"synced\":"u8, out var synced) & reader.Number(",\"revision\":"u8, out var revision) &
            reader.Hex(",\"crc\":\""u8, out var crc) & reader.Text("\"}\n"u8);
        lines = default;
        length = 0;
        header = new(number, (int)bytes, (int)count, applied, synced, revision);
        if (!valid || bytes > reader.Rest.Length || count > bytes) return false;
        lines = reader.Rest[..(int)bytes];
        length = text.Length - reader.Rest.Length + (int)bytes;
        return !checkSum || ChecksumOf(header, segment, lines) == crc;
    }

    /// <summary>Reads the header a segment begins with.</summary>
    internal static bool TryReadSegment(ReadOnlySpan<byte> text, out SegmentHeader header, out int length)
    {
        var reader = new Scanner(text);
        var valid = reader.Text("{\"journal\":1"u8) & reader.Number(",\"segment\":"u8, out var segment) &
            reader.Number(",\"after\":"u8, out var after) & reader.Number(",\"kept\":"u8, out var kept) &
            reader.Number(",\"synced\":"u8, out var synced) & reader.Number(",\"applied\":"u8, out var applied) &
            reader.Number(",\"revision\":"u8, out var revision) & reader.Number(",\"size\":"u8, out var size) &
            reader.Hex(",\"crc\":\""u8, out var crc) & reader.Text("\"}\n"u8);
        header = new(segment, after, kept, synced, applied, revision, size);
        length = text.Length - reader.Rest.Length;
        return valid && ChecksumOf(header) == crc;
    }

    /// <summary>The position of the next place where a batch could begin; -1: none.</summary>
    internal static int NextBatch(ReadOnlySpan<byte> text) => text.IndexOf(BatchStart);

    // The segment's number is part of it, so that a batch which got into another file is never valid there.
    private static uint ChecksumOf(in BatchHeader header, long segment, ReadOnlySpan<byte> lines)
    {
        Span<byte> numbers = stackalloc byte[56];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, segment);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], header.Number);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], header.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[24..], header.Lines);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[32..], header.Applied);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[40..], header.Synced);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[48..], header.Revision);
        return Checksum.Of(lines, Checksum.Of(numbers));
    }

    private static uint ChecksumOf(in SegmentHeader header)
    {
        Span<byte> numbers = stackalloc byte[56];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, header.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], header.After);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], header.Kept);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[24..], header.Synced);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[32..], header.Applied);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[40..], header.Revision);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[48..], header.Size);
        return Checksum.Of(numbers);
    }

    /// <summary>Takes known text apart; after the first thing that does not fit nothing fits.</summary>
    internal ref struct Scanner(ReadOnlySpan<byte> text)
    {
        internal ReadOnlySpan<byte> Rest { get; private set; } = text;

        internal bool Text(ReadOnlySpan<byte> expected)
        {
            if (!Rest.StartsWith(expected))
            {
                Rest = default;
                return false;
            }

            Rest = Rest[expected.Length..];
            return true;
        }

        /// <summary>A number of digits only, without leading zeros: there is one way to write it.</summary>
        internal bool Number(ReadOnlySpan<byte> before, out long number)
        {
            number = 0;
            if (!Text(before)) return false;
            if (Utf8Parser.TryParse(Rest, out number, out var length) && number >= 0 && (Rest[0] != '0' || length == 1) &&
                Rest[0] is >= (byte)'0' and <= (byte)'9')
            {
                Rest = Rest[length..];
                return true;
            }

            Rest = default;
            return false;
        }

        internal bool Hex(ReadOnlySpan<byte> before, out uint number)
        {
            number = 0;
            if (!Text(before)) return false;
            if (Rest.Length >= 8 && Utf8Parser.TryParse(Rest[..8], out number, out var length, 'x') && length == 8)
            {
                Rest = Rest[8..];
                return true;
            }

            Rest = default;
            return false;
        }
    }
}

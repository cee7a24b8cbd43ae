using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Wappa.Inbox;

/// <summary>
/// The fingerprints of the items of one user that are done. The newest stand in the mailbox itself; when there are
/// <see cref="SegmentSize"/> of them they move to a record of their own, a segment, which expires by itself.
/// </summary>
/// <remarks>So a turn writes at most 2.7 KB of fingerprints, however many a user has, and what expires costs nothing. They are not
/// hashed: they are read with each burst of a user's items and asked once for each, and to look through a thousand of them takes
/// a quarter of a microsecond.</remarks>
internal sealed class SeenItems
{
    internal const int SegmentSize = 256;

    private readonly List<ulong> _newest = new(8);
    private readonly List<ulong[]> _segments = []; // the oldest first

    /// <summary>How many stand in the mailbox.</summary>
    internal int Newest => _newest.Count;

    internal bool IsSegmentFull => _newest.Count >= SegmentSize;

    internal bool Contains(Fingerprint item) =>
        CollectionsMarshal.AsSpan(_newest).Contains(item.Key) || _segments.Exists(segment => segment.AsSpan().Contains(item.Key));

    internal void Add(Fingerprint item) => _newest.Add(item.Key);

    /// <summary>Takes the last one back; it was not committed.</summary>
    internal void Undo() => _newest.RemoveAt(_newest.Count - 1);

    /// <summary>The newest as they are stored: 8 bytes each, base64url.</summary>
    internal byte[] ToText() => Base64Url.EncodeToUtf8(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_newest)));

    /// <summary>The newest have moved to a segment.</summary>
    internal void Roll()
    {
        _segments.Add([.. _newest]);
        _newest.Clear();
    }

    /// <summary>The oldest segment is forgotten.</summary>
    internal void DropOldest() => _segments.RemoveAt(0);

    /// <summary>Takes what a mailbox holds.</summary>
    /// <returns>False: it is no such text.</returns>
    internal bool TryReadNewest(ReadOnlySpan<byte> text)
    {
        if (!TryDecode(text, out var keys)) return false;
        _newest.AddRange(MemoryMarshal.Cast<byte, ulong>(keys));
        return true;
    }

    /// <summary>Takes what the next segment holds; empty for one that has expired.</summary>
    internal bool TryReadSegment(ReadOnlySpan<byte> text)
    {
        if (!TryDecode(text, out var keys)) return false;
        _segments.Add(MemoryMarshal.Cast<byte, ulong>(keys).ToArray());
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> bytes)
    {
        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        var read = Base64Url.DecodeFromUtf8(text, buffer, out _, out var written);
        bytes = buffer.AsSpan(0, written);
        return read == System.Buffers.OperationStatus.Done && written % sizeof(ulong) == 0;
    }
}

using System.Buffers;
using System.Text.Unicode;

namespace Wappa.Caching.Json.Files;

/// <summary>A path as the C library takes it: UTF-8 with a zero at the end. Paths that fit into the room given take no
/// allocation.</summary>
internal ref struct UnixPath
{
    /// <summary>How much room to give: <c>stackalloc byte[UnixPath.Room]</c>.</summary>
    internal const int Room = 512;

    private readonly byte[]? _rented;

    /// <param name="path">The path.</param>
    /// <param name="room">Where it goes if it is short.</param>
    /// <param name="suffix">Appended to it: <c>/</c> asks for a directory.</param>
    /// <exception cref="ArgumentException">It holds a NUL, where the C library would see its end, or half a surrogate pair,
    /// which has no bytes: both would name another file.</exception>
    internal UnixPath(string path, Span<byte> room, ReadOnlySpan<byte> suffix = default)
    {
        var longest = (path.Length * 3) + suffix.Length + 1;
        if (longest > room.Length) room = _rented = ArrayPool<byte>.Shared.Rent(longest);
        var status = Utf8.FromUtf16(path, room, out _, out var length, replaceInvalidSequences: false);
        if (status != OperationStatus.Done || room[..length].Contains((byte)0))
        {
            Dispose();
            throw new ArgumentException("The path holds what no file name can hold: U+0000 or half a surrogate pair.");
        }

        suffix.CopyTo(room[length..]);
        room[length + suffix.Length] = 0;
        Bytes = room[..(length + suffix.Length + 1)];
    }

    internal ReadOnlySpan<byte> Bytes { get; }

    public readonly void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }
}
